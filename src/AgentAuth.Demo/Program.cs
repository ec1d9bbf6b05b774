using AgentAuth.Demo;
using AgentAuth.Demo.Agents;
using AgentAuth.Demo.Mailboxes;
using AgentAuth.SampleMcp;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Tokens.Mails;
using Server = AgentAuth.Server.Program;

const string defaultMcpUrl = "http://localhost:5200";

try
{
    Footprint.LimitPools();
    // Somebody looks on, and no e-mail leaves.
    await using var server = Server.Build(["--AgentAuth:Logs:Format=Text", .. args], b => b.AddMailDelivery<DemoMail>());
    var mcpUrl = (server.Configuration["Demo:McpUrl"] ?? defaultMcpUrl).TrimEnd('/');
    LoopbackOnly.Check(server.Configuration, mcpUrl);
    Footprint.SettleAfterStart(server.Lifetime);
    SpareThreads.Keep(server.Lifetime);
    await Server.PrepareAsync(server);
    await DemoSeed.PlantAsync(server.Services, mcpUrl);
    string[] ownArgs = [Server.Unwatched, .. args.Where(a => !a.StartsWith("--urls", StringComparison.OrdinalIgnoreCase))];
    await using var samples = SampleMcpServer.Build(ownArgs, builder =>
    {
        builder.AddQuietLogs();
        builder.Services.AddHttpClient(AgentClient.Name).RemoveAllLoggers();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["urls"] = mcpUrl,
            ["Demo:McpUrl"] = mcpUrl,
            ["Demo:MailAccount:ClientId"] = DemoSeed.MailAccount,
            ["Demo:MailAccount:ClientSecret"] = DemoSeed.MailAccountSecret,
            ["Demo:FilesAccount:ClientId"] = DemoSeed.FilesAccount,
            ["Demo:FilesAccount:ClientSecret"] = DemoSeed.FilesAccountSecret,
        });
    });
    var issuer = server.Services.GetRequiredService<Issuer>();
    new DemoAgent(samples, issuer, mcpUrl).Map();
    new MailboxPage(samples, (DemoMail)server.Services.GetRequiredService<IMailDelivery>(), issuer, mcpUrl).Map();
    await server.StartAsync();
    await samples.StartAsync();
    await Console.Out.WriteLineAsync($"""
        Demo agent  {mcpUrl}/ (open it in a browser)
        Sign in as  alice@demo.test, password {DemoSeed.Password}
        E-mails     {mcpUrl}{MailboxPage.Path} (what AgentAuth writes to its people)
        MCP server  {mcpUrl}/mail/mcp (for an MCP client of yours)
        """);
    await server.WaitForShutdownAsync();
    await samples.StopAsync();
    return 0;
}
catch (Exception failure) when (Misconfiguration.Of(failure) is { } wrong)
{
    await Console.Error.WriteLineAsync(wrong.Words);
    return wrong.ExitStatus;
}
