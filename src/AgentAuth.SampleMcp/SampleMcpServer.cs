using AgentAuth.ResourceServer;
using AgentAuth.ResourceServer.Mcp;
using AgentAuth.ResourceServer.Objects;

namespace AgentAuth.SampleMcp;

/// <summary>
/// Two MCP servers in one app, Demo Mail and Demo Files, each a protected resource of its own: a token for one is worth nothing at the
/// other. Read from top to bottom; an MCP server of yours needs the same three steps.
/// </summary>
internal static class SampleMcpServer
{
    /// <summary>Builds the app without running it, so that a host can add settings before and pages after.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        var address = builder.Configuration["Demo:McpUrl"] ?? "http://localhost:5200";
        builder.WebHost.UseUrls(address).ConfigureKestrel(k => k.AddServerHeader = false); // nobody needs to know what it is built with
        AddResources(builder.Services, builder.Configuration, address);
        AddTools(builder.Services);
        var app = builder.Build();
        MapEndpoints(app);
        return app;
    }

    // 1. Say what is protected, whose tokens count, and with which account the resource hears of removed grants.
    private static void AddResources(IServiceCollection services, ConfigurationManager settings, string address)
    {
        var issuer = settings["AgentAuth:Issuer"] ?? "http://localhost:5100";
        var folders = new Shelves<SampleFile>();
        services.AddSingleton(folders);
        services.AddAgentAuth("mail", o =>
        {
            o.Issuer = issuer;
            o.Resource = $"{address}/mail/mcp";
            o.ResourceName = "Demo Mail";
            o.ScopesSupported = ["mail.read", "mail.send", "mail.delete"];
            o.ChallengeScopes = ["mail.read"]; // begin with seeing; a tool that needs more asks for it when it is called
            o.AccountClientId = settings["Demo:MailAccount:ClientId"];
            o.AccountClientSecret = settings["Demo:MailAccount:ClientSecret"];
        });
        services.AddAgentAuth("files", o =>
        {
            o.Issuer = issuer;
            o.Resource = $"{address}/files/mcp";
            o.ResourceName = "Demo Files";
            o.ScopesSupported = ["files.read", "files.write"];
            o.ChallengeScopes = ["files.read"];
            o.Objects = (person, _) => ValueTask.FromResult<IReadOnlyList<PickableObject>>( // people may pick some of their files
                [.. folders.Of(person, FileTools.Samples).All().Select(file => new PickableObject(file.Name, file.Name))]);
            o.AccountClientId = settings["Demo:FilesAccount:ClientId"];
            o.AccountClientSecret = settings["Demo:FilesAccount:ClientSecret"];
        });
    }

    // 2. Add the tools; an attribute on each says which scope it needs. An app with one resource would say WithTools for all of them.
    private static void AddTools(IServiceCollection services)
    {
        services.AddSingleton<Shelves<MailMessage>>();
        services.AddMcpServer(o => o.ServerInfo = new() { Name = "AgentAuth samples", Version = "1.0" })
            .WithHttpTransport()
            .WithTools<CallerTools>()
            .WithToolsFor<MailTools>("mail")
            .WithToolsFor<FileTools>("files");
    }

    // 3. Put the guard on the endpoints.
    private static void MapEndpoints(WebApplication app)
    {
        app.MapMcp("/mail/mcp").RequireAgentAuthFor("mail");
        app.MapMcp("/files/mcp").RequireAgentAuthFor("files");
    }
}
