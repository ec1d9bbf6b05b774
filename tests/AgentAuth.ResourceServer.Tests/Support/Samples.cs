using System.Net;
using System.Net.Sockets;
using AgentAuth.SampleMcp;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>Demo Mail and Demo Files, running as they do in the demo.</summary>
internal sealed class Samples : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Samples(WebApplication app, FakeIssuer issuer, string address)
    {
        _app = app;
        Issuer = issuer;
        Agent = new Agent(address);
    }

    public FakeIssuer Issuer { get; }

    public Agent Agent { get; }

    public string Mail => $"{Agent.Address}/mail/mcp";

    public string Files => $"{Agent.Address}/files/mcp";

    public static async Task<Samples> StartAsync(FakeIssuer issuer, Action<AgentAuthOptions>? adjust = null)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var app = SampleMcpServer.Build([], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(issuer.Clock);
            builder.Services.PostConfigureAll<AgentAuthOptions>(options => adjust?.Invoke(options));
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["AgentAuth:Issuer"] = issuer.Issuer,
                ["Demo:McpUrl"] = address,
                ["Demo:MailAccount:ClientId"] = FakeIssuer.AccountId,
                ["Demo:MailAccount:ClientSecret"] = FakeIssuer.AccountSecret,
                ["Demo:FilesAccount:ClientId"] = FakeIssuer.AccountId,
                ["Demo:FilesAccount:ClientSecret"] = FakeIssuer.AccountSecret,
            });
        });
        await app.StartAsync();
        var samples = new Samples(app, issuer, address);
        await samples.ReadyAsync("/mail/mcp");
        await samples.ReadyAsync("/files/mcp");
        return samples;
    }

    public string MailToken(string scope = "mail.read") => Issuer.Mint(Mail, scope);

    public string FilesToken(string scope = "files.read") => Issuer.Mint(Files, scope);

    public Task<Answer> CallMailAsync(string tool, string scope = "mail.read", Action<HttpRequestMessage>? with = null) =>
        Agent.CallToolAsync("/mail/mcp", MailToken(scope), tool, with);

    /// <summary>As an operator does: what is under way ends, and chores finish.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Agent.Dispose();
        await _app.DisposeAsync();
    }

    private Task<TimeSpan> ReadyAsync(string path)
    {
        var token = Issuer.Mint(Agent.Address + path);
        return Agent.UntilAsync(async () => (await Agent.CallToolAsync(path, token, "whoami")).Status == 200);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
