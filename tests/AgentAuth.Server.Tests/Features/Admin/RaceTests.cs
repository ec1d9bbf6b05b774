using System.Net;
using AgentAuth.Server.Features.Admin;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
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
    public async Task Who_changes_what_was_just_changed_is_told_and_brings_nothing_back()
    {
        await using var server = await AuthServer.StartAsync();
        var client = await server.LookAsync(db => db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == "demo-service"));
        var scope = await server.LookAsync(db => db.Scopes.SingleAsync(s => s.Name == "mail.read"));
        await using var late = server.Services.CreateAsyncScope();
        var db = late.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var read = await db.Clients.SingleAsync(c => c.Id == client.Id, TestContext.Current.CancellationToken);
        var clients = late.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();

        var admin = await server.SignedInAsync(Who.Admin);
        await admin.OpenAsync($"/admin/end/scope/{scope.Id:D}");
        await admin.PressAsync("Remove this permission", ("Reason", "Closed."));
        await Assert.ThrowsAsync<OpenIddictExceptions.ConcurrencyException>(
            async () => await clients.UpdateAsync(read, "a new secret", TestContext.Current.CancellationToken));

        var now = await server.LookAsync(d => d.Clients.AsNoTracking().SingleAsync(c => c.Id == client.Id));
        Assert.DoesNotContain("mail.read", now.Permissions, StringComparison.Ordinal);
        Assert.NotNull(now.TokensDeadBefore);
    }

    [Theory]
    [InlineData("GiveRole")]
    [InlineData("MakeAccount")]
    [InlineData("RenewSecret")]
    public async Task A_button_pressed_by_two_at_once_is_no_failure(string handler)
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(async db =>
            (await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Files)).AccountClientId = null);
        var (bob, files, web) = await server.LookAsync(async db => (
            (await db.Users.SingleAsync(u => u.Email == Who.Bob)).Id,
            (await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Files)).Id,
            (await db.Clients.SingleAsync(c => c.ClientId == "demo-web")).Id));
        var page = handler switch
        {
            "GiveRole" => $"/admin/people/{bob:D}",
            "MakeAccount" => $"/admin/resources/{files:D}",
            _ => $"/admin/clients/{web:D}",
        };
        var admins = new List<Browser>();
        for (var i = 0; i < 6; i++)
        {
            admins.Add(await server.SignedInAsync(Who.Admin));
            await admins[i].OpenAsync(page);
        }

        await Task.WhenAll(admins.Select(a => Task.Run(() => a.SubmitAsync(
            a.Page.QuerySelectorAll($"form[action*={handler}]").OfType<IHtmlFormElement>().First(), pressed: null))));

        Assert.Contains(admins, a => a.Status == HttpStatusCode.OK);
        Assert.All(admins, a => Assert.True(
            a.Status is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{a.Status} {a.Text}"));
        Assert.InRange(await server.LookAsync(db => db.Clients.CountAsync(c => c.DisplayName == "Demo Files")), 1, 2);
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
