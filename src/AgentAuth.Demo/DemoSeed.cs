using System.Globalization;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Demo;

/// <summary>People, resources and clients to try things with. Everything here is public, so it only ever lives on loopback.</summary>
internal static class DemoSeed
{
    public const string Password = "Demo-only-passw0rd!";
    public const string MailAccount = "demo-resource";
    public const string MailAccountSecret = "demo-resource-secret";
    public const string FilesAccount = "demo-files-resource";
    public const string FilesAccountSecret = "demo-files-resource-secret";

    private sealed record Permission(string Name, Risk Risk, string English, string Chinese, string Tools);

    private const int PlantedRows = 4 + 2 + 6; // people, resources, clients

    /// <summary>Plants what is missing; what is there already stays as people left it.</summary>
    public static async Task PlantAsync(IServiceProvider services, string mcpUrl)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        if (await IsPlantedAsync(db, mcpUrl))
        {
            return;
        }
        var clock = scope.ServiceProvider.GetRequiredService<TimeProvider>();
        await PeopleAsync(scope.ServiceProvider.GetRequiredService<UserManager<Account>>(), clock);
        var mail = await ResourceAsync(db, clock, $"{mcpUrl}/mail/mcp", "Demo Mail", MailAccount,
            new("mail.read", Risk.See, "Read your messages", "閱讀你的郵件", "list_messages"),
            new("mail.send", Risk.Change, "Send messages in your name", "以你的名義傳送郵件", "send_message"),
            new("mail.delete", Risk.Delete, "Delete your messages for good", "永久刪除你的郵件", "delete_message"));
        var files = await ResourceAsync(db, clock, $"{mcpUrl}/files/mcp", "Demo Files", FilesAccount,
            new("files.read", Risk.See, "Read your files", "閱讀你的檔案", "list_files"),
            new("files.write", Risk.Change, "Create and change your files", "建立及更改你的檔案", "write_file"));
        if (files.ObjectsUrl is null)
        {
            (files.ObjectsUrl, files.ObjectsName) = ($"{mcpUrl}/.well-known/agentauth-objects/files/mcp", "file");
            await db.SaveChangesAsync();
        }
        await ClientsAsync(
            new DemoClients(scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>(), db, clock), mail, files);
    }

    /// <summary>One statement, because a second start should take no longer than the product's.</summary>
    private static async Task<bool> IsPlantedAsync(AgentAuthDb db, string mcpUrl)
    {
        await db.Database.OpenConnectionAsync();
        await using var count = db.Database.GetDbConnection().CreateCommand();
        count.CommandText = """
            SELECT (SELECT COUNT(*) FROM "Accounts" WHERE "Email" IN
                    ('alice@demo.test', 'bob@demo.test', 'dev@demo.test', 'admin@demo.test'))
                + (SELECT COUNT(*) FROM "Resources" WHERE "Identifier" IN (@mail, @files))
                + (SELECT COUNT(*) FROM "Clients" WHERE "ClientId" IN
                    ('demo-native', 'demo-web', 'demo-web-2', 'demo-service', 'demo-resource', 'demo-files-resource'))
            """;
        foreach (var (name, value) in new[] { ("@mail", $"{mcpUrl}/mail/mcp"), ("@files", $"{mcpUrl}/files/mcp") })
        {
            var parameter = count.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            count.Parameters.Add(parameter);
        }
        var there = Convert.ToInt32(await count.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
        await db.Database.CloseConnectionAsync();
        return there == PlantedRows;
    }

    private static async Task PeopleAsync(UserManager<Account> people, TimeProvider clock)
    {
        (string Email, string[] Roles)[] all =
        [
            ("alice@demo.test", []),
            ("bob@demo.test", []),
            ("dev@demo.test", [Role.Developer]),
            ("admin@demo.test", [Role.Administrator]),
        ];
        foreach (var (email, roles) in all)
        {
            if (await people.FindByEmailAsync(email) is null)
            {
                var account = Account.For(email, clock);
                Must(await people.CreateAsync(account, Password));
                Must(await people.AddToRolesAsync(account, roles));
            }
        }
    }

    private static async Task<Resource> ResourceAsync(
        AgentAuthDb db, TimeProvider clock, string identifier, string name, string account,
            params Permission[] scopes)
    {
        if (await db.Resources.Include(r => r.Scopes).FirstOrDefaultAsync(r => r.Identifier == identifier) is { } there)
        {
            return there;
        }
        var resource = new Resource { Identifier = identifier, Name = name, CreatedAt = clock.GetUtcNow(), AccountClientId = account };
        foreach (var (scope, risk, english, chinese, tools) in scopes)
        {
            var row = Scope.Of(resource, scope, risk, english);
            row.Say("zh-Hant-HK", chinese);
            row.Tools = tools;
            resource.Scopes.Add(row);
        }
        db.Add(resource);
        await db.SaveChangesAsync();
        return resource;
    }

    private static async Task ClientsAsync(DemoClients clients, Resource mail, Resource files)
    {
        Uri[] loopback = [new("http://localhost/callback"), new("http://127.0.0.1/callback"), new("http://[::1]/callback")];
        Resource[] both = [mail, files];
        await clients.AgentAsync("demo-native", "Demo desktop agent", secret: null, loopback, both);
        await clients.AgentAsync("demo-web", "Demo web agent", "demo-web-secret",
            [new("https://client.demo.test/callback"), new("https://localhost:8443/Callback")], both);
        await clients.AgentAsync("demo-web-2", "Demo web agent 2", "demo-web-2-secret",
            [new("https://client2.demo.test/callback"), new("https://localhost:8443/Callback")], both);
        await clients.ServiceAsync("demo-service", "Demo service", "demo-service-secret", mail, "mail.read");
        await clients.ResourceAccountAsync(MailAccount, "Demo Mail", MailAccountSecret);
        await clients.ResourceAccountAsync(FilesAccount, "Demo Files", FilesAccountSecret);
    }

    private static void Must(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(string.Join(' ', result.Errors.Select(e => e.Description)));
        }
    }
}
