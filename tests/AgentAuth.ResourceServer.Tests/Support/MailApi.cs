using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>A plain API behind the library: /mail for anybody let in, /mail/outbox for who may send and read.</summary>
internal sealed class MailApi : IAsyncDisposable
{
    public const string Identifier = "https://api.test/mail";

    private readonly WebApplication _app;

    private MailApi(WebApplication app, FakeIssuer issuer)
    {
        _app = app;
        Issuer = issuer;
        Agent = new Agent(app.Urls.Single());
    }

    public FakeIssuer Issuer { get; }

    public Agent Agent { get; }

    public static async Task<MailApi> StartAsync(FakeIssuer issuer, Action<AgentAuthOptions>? adjust = null, bool ready = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(o =>
        {
            o.Limits.MaxRequestHeadersTotalSize = 3 * 1024 * 1024;
            o.Limits.MaxRequestBufferSize = 4 * 1024 * 1024;
        });
        builder.Services.AddSingleton(issuer.Clock);
        builder.Services.AddAgentAuth(o =>
        {
            o.Issuer = issuer.Issuer;
            o.Resource = Identifier;
            o.ResourceName = "Mail";
            o.ScopesSupported = ["mail.read", "mail.send", "offline_access"];
            o.AccountClientId = FakeIssuer.AccountId;
            o.AccountClientSecret = FakeIssuer.AccountSecret;
            adjust?.Invoke(o);
        });
        var app = builder.Build();
        app.MapMethods("/mail", ["GET", "POST"], Describe).RequireAgentAuth();
        app.MapGet("/mail/outbox", Describe).RequireAgentAuth("mail.send", "mail.read");
        app.MapDelete("/mail/{id}", (string id) => $"deleted {id}").RequireAgentAuth("mail.send");
        app.MapPost("/mail/outbox", (JsonElement message) => $"sent {message.GetProperty("to")}").RequireAgentAuth("mail.send");
        app.MapGet("/open", () => "hello");
        await app.StartAsync();
        var api = new MailApi(app, issuer);
        if (ready)
        {
            await api.ReadyAsync();
        }

        return api;
    }

    public string Token(string scope = "mail.read") => Issuer.Mint(Identifier, scope);

    public Task<Answer> OpenAsync(string? token = null, Action<HttpRequestMessage>? with = null) => Agent.GetAsync("/mail", token, with);

    /// <summary>Introspection says no to everything, so that being let in proves that the event stream is trusted.</summary>
    public Task ReadyAsync()
    {
        var token = Issuer.Mint(Identifier, claims: claims => claims["gid"] = "somebody-else");
        return Agent.UntilAsync(async () => (await OpenAsync(token)).Status == 200);
    }

    /// <summary>As an operator does: what is under way ends, and chores finish.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Agent.Dispose();
        await _app.DisposeAsync();
    }

    private static IResult Describe(HttpContext context)
    {
        var caller = context.GetAgentCaller();
        return Results.Json(new { caller.Subject, caller.ClientId, caller.GrantId, caller.Scopes, caller.ExpiresAt });
    }
}
