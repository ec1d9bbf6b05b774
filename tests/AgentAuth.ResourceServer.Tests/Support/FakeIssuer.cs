using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>An authorization server as a resource sees one, on a real port. Introspection says "inactive" until told otherwise.</summary>
internal sealed partial class FakeIssuer : IAsyncDisposable
{
    public const string AccountId = "a resource";
    public const string AccountSecret = "s:ecret+%";

    private static readonly JsonObject Ping = [];

    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly List<Channel<string>> _streams = [];
    private readonly List<JsonObject> _revoked = [];
    private readonly Timer _pings;

    private FakeIssuer(WebApplication app, TimeProvider clock)
    {
        _app = app;
        Clock = clock;
        PublishedKeys = [Key];
        _pings = new Timer(_ => Broadcast("ping", Ping), state: null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public TimeProvider Clock { get; }

    public string Issuer { get; private set; } = "";

    public SigningKey Key { get; set; } = new("key-1");

    public List<SigningKey> PublishedKeys { get; set; }

    public bool Down { get; set; }

    public bool StreamsDown { get; set; }

    public bool Silent { get; set; }

    /// <summary>Said instead of what was revoked.</summary>
    public string? Snapshot { get; set; }

    public string? MetadataIssuer { get; set; }

    public bool OnlyOpenIdMetadata { get; set; }

    /// <summary>True: active. False: inactive. Null: the endpoint fails.</summary>
    public bool? Introspected { get; set; } = false;

    /// <summary>What it says of scopes; null: nothing.</summary>
    public string? IntrospectedScope { get; set; }

    /// <summary>What it says beside them, as JSON.</summary>
    public string? IntrospectedDetails { get; set; }

    /// <summary>What the endpoints for limits say to a form; nothing, and it fails.</summary>
    public Func<IFormCollection, IResult>? Budget { get; set; }

    public Func<IFormCollection, IResult>? Ask { get; set; }

    public Func<IFormCollection, IResult>? Poll { get; set; }

    /// <summary>The forms they were sent.</summary>
    public ConcurrentQueue<(string Endpoint, IFormCollection Form)> Decided { get; } = [];

    public int KeyReads { get; private set; }

    public int Introspections { get; private set; }

    public int StreamsOpened { get; private set; }

    public ConcurrentBag<string> SinkHits { get; } = [];

    /// <summary>What resources told, whatever was answered.</summary>
    public ConcurrentQueue<JsonNode> Reports { get; } = [];

    public int UsageAnswer { get; set; } = StatusCodes.Status204NoContent;

    /// <summary>Whose end the answer to a report waits for.</summary>
    public Task UsageWaits { get; set; } = Task.CompletedTask;

    public static async Task<FakeIssuer> StartAsync(TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(50));
        var app = builder.Build();
        var issuer = new FakeIssuer(app, clock ?? TimeProvider.System);
        app.Use(issuer.CutWhenDownAsync);
        app.MapGet("/.well-known/oauth-authorization-server", () => issuer.OnlyOpenIdMetadata ? Results.NotFound() : issuer.Metadata());
        app.MapGet("/.well-known/openid-configuration", issuer.Metadata);
        app.MapGet("/jwks", issuer.Keys);
        app.MapPost("/introspect", (Delegate)issuer.IntrospectAsync);
        app.MapPost("/usage", (Delegate)issuer.TakeReportAsync);
        app.MapGet("/events", issuer.StreamAsync);
        app.MapPost("/decide/{endpoint}", issuer.DecideAsync);
        app.Map("/sink/{**rest}", issuer.Sink);
        await app.StartAsync();
        issuer.Issuer = app.Urls.Single();
        return issuer;
    }

    public string Mint(
        string audience,
        string scope = "mail.read",
        Action<JsonObject>? claims = null,
        Action<JsonObject>? header = null,
        SigningKey? key = null) => Minter.Mint(this, audience, scope, claims, header, (key ?? Key).Sign);

    public void Revoke(JsonObject entry)
    {
        entry["exp"] ??= Clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds();
        lock (_gate)
        {
            _revoked.Add(entry);
        }

        Broadcast("revoked", entry);
    }

    public void DropStreams()
    {
        lock (_gate)
        {
            _streams.ForEach(stream => stream.Writer.TryComplete());
            _streams.Clear();
        }
    }

    public void Send(string name, JsonObject data) => Broadcast(name, data);

    public async ValueTask DisposeAsync()
    {
        await _pings.DisposeAsync();
        DropStreams();
        await _app.DisposeAsync();
    }

    private Task CutWhenDownAsync(HttpContext context, RequestDelegate next)
    {
        if (!Down)
        {
            return next(context);
        }

        context.Abort();
        return Task.CompletedTask;
    }

    private IResult Metadata() => Results.Json(new
    {
        issuer = MetadataIssuer ?? Issuer,
        jwks_uri = $"{Issuer}/jwks",
        introspection_endpoint = $"{Issuer}/introspect",
        revocation_events_endpoint = $"{Issuer}/events",
        usage_endpoint = $"{Issuer}/usage",
        token_endpoint = $"{Issuer}/decide/token",
        budget_endpoint = $"{Issuer}/decide/budgets",
        backchannel_authentication_endpoint = $"{Issuer}/decide/backchannel",
    });

    private IResult Keys()
    {
        KeyReads++;
        return Results.Json(new { keys = PublishedKeys.Select(key => key.ToPublicJwk()) });
    }

    private async Task StreamAsync(HttpContext context)
    {
        if (StreamsDown || !HasAccount(context) || !Uri.TryCreate(context.Request.Query["resource"], UriKind.Absolute, out _))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var frames = Channel.CreateUnbounded<string>();
        lock (_gate)
        {
            _streams.Add(frames);
            StreamsOpened++;
            frames.Writer.TryWrite(Frame("snapshot", Snapshot ?? Standing()));
        }

        context.Response.ContentType = "text/event-stream";
        await foreach (var frame in frames.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.WriteAsync(frame, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private string Standing()
    {
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var alive = _revoked.Where(entry => (long?)entry["exp"] > now).Select(entry => entry.DeepClone());
        return new JsonObject { ["revoked"] = new JsonArray([.. alive]) }.ToJsonString();
    }

    private IResult Sink(HttpContext context)
    {
        SinkHits.Add(context.Request.Path);
        return Results.Json(new { keys = Array.Empty<object>() });
    }

    private void Broadcast(string name, JsonObject data)
    {
        lock (_gate)
        {
            if (!Silent)
            {
                _streams.ForEach(stream => stream.Writer.TryWrite(Frame(name, data.ToJsonString())));
            }
        }
    }

    private static string Frame(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    private static bool HasAccount(HttpContext context)
    {
        var pair = $"{Uri.EscapeDataString(AccountId)}:{Uri.EscapeDataString(AccountSecret)}";
        var expected = $"Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pair))}";
        return CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.UTF8.GetBytes(expected),
            System.Text.Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString()));
    }
}
