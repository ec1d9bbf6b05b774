using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.DomainProofs;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Developers.Domains;

/// <summary>Apps and domains of developers, where having them is not what is tested.</summary>
internal static class Owning
{
    /// <summary>The identifier of a new app that belongs to somebody.</summary>
    public static async Task<string> OwnAppAsync(this AuthServer server, string redirects, string owner = People.Developer)
    {
        var app = await server.SelfRegisterAsync(Registering.Plain.Replace("https://app.test/cb", redirects, StringComparison.Ordinal));
        await server.ChangeAsync(async db =>
            (await db.Clients.SingleAsync(c => c.ClientId == app.Id)).OwnerId = (await db.Users.SingleAsync(u => u.Email == owner)).Id);
        return app.Id;
    }

    public static Task<Trust> TrustOfAsync(this AuthServer server, string app) =>
        server.LookAsync(db => db.Clients.Where(c => c.ClientId == app).Select(c => c.Trust).SingleAsync());

    /// <summary>Saves another name, and says yes to asking people again.</summary>
    public static async Task RenamesAsync(this Browser developer, string app, string name)
    {
        await developer.OpenAsync($"/developers/apps/{app}/edit");
        (string, string)[] form = [("Name", name), ("Redirects", "https://app.test/cb")]; // areas of text are not sent by themselves
        await developer.PressAsync("Save", form);
        if (developer.Page.QuerySelector("[name=IsConfirmed]") is not null)
        {
            await developer.PressAsync("Save, and ask people again", form);
        }
        Assert.Equal($"/developers/apps/{app}", developer.Url);
    }

    public static void Prove(this OutsideWeb web, bool byFile, string token)
    {
        if (byFile)
        {
            web.Publish(DomainLook.FileAt("app.test"), $"somebody else's line\n{DomainLook.Line(token)}\r\n", type: "text/plain");
            return;
        }
        web.Texts[DomainLook.RecordAt("app.test")] = ["v=spf1 -all", DomainLook.Line(token)];
    }
}
