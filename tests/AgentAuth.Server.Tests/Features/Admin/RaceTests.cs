using System.Net;
using AgentAuth.Server.Features.Admin;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Admin;

/// <summary>Two administrators do the same thing at the same moment: one wins, the other is told.</summary>
public sealed class RaceTests
{
    [Fact]
    public async Task The_same_resource_is_added_once()
    {
        await using var server = await AuthServer.StartAsync();
        Browser[] admins = [await server.SignedInAsync(Who.Admin), await server.SignedInAsync(Who.Admin)];
        foreach (var admin in admins)
        {
            await admin.OpenAsync("/admin/resources/add");
        }

        await Task.WhenAll(admins.Select(a => Task.Run(
            () => a.PressAsync("Add", ("Identifier", "https://calendar.test/mcp"), ("Name", "Calendar")))));

        Assert.All(admins, a => Assert.True(a.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{a.Status} {a.Text}"));
        Assert.Equal(1, await server.LookAsync(db => db.Resources.CountAsync(r => r.Identifier == "https://calendar.test/mcp")));
    }

    [Fact]
    public async Task Two_administrators_who_take_each_others_role_do_not_both_succeed()
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(async db =>
        {
            var role = await db.Roles.SingleAsync(r => r.Name == Role.Administrator);
            var second = await db.Users.SingleAsync(u => u.Email == Who.Developer);
            db.UserRoles.Add(new() { UserId = second.Id, RoleId = role.Id });
        });
        var (first, other) = (await server.SignedInAsync(Who.Admin), await server.SignedInAsync(Who.Developer));
        var people = await server.LookAsync(db => db.Users.ToDictionaryAsync(u => u.Email!, u => u.Id));
        await first.OpenAsync($"/admin/people/{people[Who.Developer]:D}");
        await other.OpenAsync($"/admin/people/{people[Who.Admin]:D}");

        await Task.WhenAll(Task.Run(() => TakeAsync(first)), Task.Run(() => TakeAsync(other)));

        Assert.All([first, other], a => Assert.True((int)a.Status < 500, $"{a.Status} {a.Text}"));
        Assert.NotEqual(0, await server.LookAsync(db => Administrators.Enabled(db).CountAsync()));
    }

    [Fact]
    public async Task The_longest_names_fit_into_the_record()
    {
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Who.Admin);
        var identifier = "https://calendar.test/" + new string('c', Resource.MaxIdentifierLength - 22);

        await admin.OpenAsync("/admin/resources/add");
        await admin.PressAsync("Add", ("Identifier", identifier), ("Name", new string('n', Resource.MaxNameLength)));
        await admin.PressAsync("Add", ("Scope.Name", new string('s', Scope.MaxNameLength)), ("Scope.Sentence", "Read it"));

        Assert.Equal(HttpStatusCode.OK, admin.Status);
        Assert.Contains(identifier, await server.LookAsync(
            db => db.AuditEntries.Where(e => e.Act == "scope.add").Select(e => e.Target).SingleAsync()), StringComparison.Ordinal);
    }

    private static Task TakeAsync(Browser admin) => admin.SubmitAsync(
        admin.Page.QuerySelectorAll("form[action*=TakeRole]").OfType<IHtmlFormElement>()
            .Single(f => f.InnerHtml.Contains(Role.Administrator, StringComparison.Ordinal)),
        pressed: null);
}
