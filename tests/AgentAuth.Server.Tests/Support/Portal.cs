using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A developer at work in the portal.</summary>
internal static class Portal
{
    public const string Callback = "https://ledger.test/cb";

    /// <summary>Registers an app with a secret; says its client id and the secret, which the page then shows.</summary>
    public static async Task<(string Id, string? Secret)> RegistersAsync(
        this Browser developer, string name = "Ledger", string proof = "Secret", string redirects = Callback,
        params (string Name, string Value)[] more)
    {
        await developer.OpenAsync("/developers/register");
        await developer.PressAsync(
            "Register", [("Name", name), ("Redirects", redirects), ("IsNative", "false"), ("Proof", proof), .. more]);
        Assert.StartsWith("/developers/apps/", developer.Url, StringComparison.Ordinal);
        return (developer.Url["/developers/apps/".Length..], developer.ShownOnce());
    }

    /// <summary>The secret on the page.</summary>
    public static string? ShownOnce(this Browser developer) =>
        developer.Page.QuerySelector(".notice--warning[role=status] code")?.TextContent;

    /// <summary>Where the app's page leads to have one of its secrets deleted.</summary>
    public static string SecretLink(this Browser developer, int number) => developer.Page.QuerySelectorAll("main a.button--danger")
        .First(a => a.TextContent.Trim() == $"Delete secret {number}").GetAttribute("href")!;

    public static async Task<Browser> DeletesSecretAsync(this Browser developer, int number)
    {
        await developer.OpenAsync(developer.SecretLink(number));
        return await developer.PressAsync("Delete the secret");
    }

    public static Task<Client> AppAsync(this AuthServer server, string id) =>
        server.LookAsync(db => db.Clients.AsNoTracking().Include(c => c.Secrets).SingleAsync(c => c.ClientId == id));

    /// <summary>Another person who may use the portal.</summary>
    public static Task MakeDeveloperAsync(this AuthServer server, string email) => server.ChangeAsync(async db =>
    {
        var account = await db.Users.SingleAsync(a => a.Email == email);
        var role = await db.Roles.SingleAsync(r => r.Name == Role.Developer);
        db.UserRoles.Add(new() { UserId = account.Id, RoleId = role.Id });
    });
}
