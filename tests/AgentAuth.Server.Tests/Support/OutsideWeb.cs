using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AgentAuth.Server.Tests.Support;

/// <summary>
/// The rest of the internet: every public address leads to one listener on loopback, over real TLS, and everything that was connected to or
/// asked is written down.
/// </summary>
internal sealed class OutsideWeb : IAsyncDisposable
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");
    private static readonly X509Certificate2 Certificate = NewCertificate();

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RequestDelegate> _pages = new(StringComparer.Ordinal);

    private OutsideWeb(WebApplication app) => _app = app;

    /// <summary>Where each name leads; those that are not here lead to some public address.</summary>
    public ConcurrentDictionary<string, Queue<IPAddress[]>> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>TXT records.</summary>
    public ConcurrentDictionary<string, string[]> Texts { get; } = new(StringComparer.Ordinal);

    /// <summary>A name that breaks whoever asks for its TXT records.</summary>
    public string? BreaksTexts { get; set; }

    public ConcurrentQueue<string> LookedUp { get; } = [];

    public ConcurrentQueue<IPEndPoint> ConnectedTo { get; } = [];

    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Nobody answers any more.</summary>
    public bool IsDown { get; set; }

    /// <summary>Who vouches for this web's certificate; null as in production, where the system's do.</summary>
    public X509ChainPolicy? Trusted { get; set; } = new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { Certificate },
    };

    private int Port => new Uri(_app.Urls.First()).Port;

    /// <param name="certificate">Which it shows, if not the one that is trusted.</param>
    public static async Task<OutsideWeb> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, o => o.UseHttps(Showing(certificate ?? Certificate))));
        var app = builder.Build();
        var web = new OutsideWeb(app);
        app.Run(web.AnswerAsync);
        await app.StartAsync();
        return web;
    }

    public Task<AuthServer> AuthServerAsync(Action<IWebHostBuilder>? configure = null) => AuthServer.StartAsync(Around(configure));

    public Action<IWebHostBuilder> Around(Action<IWebHostBuilder>? configure = null) => host =>
    {
        configure?.Invoke(host);
        host.ConfigureTestServices(s => s.Replace(ServiceDescriptor.Singleton(new Outside
        {
            LookUp = LookUpAsync,
            Connect = ConnectAsync,
            TextsOf = (name, _) => name == BreaksTexts
                ? throw new ArgumentException("An odd name.", nameof(name))
                : Task.FromResult<IReadOnlyList<string>>(Texts.TryGetValue(name, out var texts) ? texts : []),
            Trusted = Trusted,
        })));
    };

    public void Publish(string url, string json, string? cacheControl = null, string type = "application/json", string? tag = null) =>
        Answer(url, async http =>
        {
            http.Response.Headers.CacheControl = cacheControl;
            http.Response.Headers.ETag = tag;
            if (tag is not null && http.Request.Headers.IfNoneMatch == tag)
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
            http.Response.ContentType = type;
            await http.Response.WriteAsync(json);
        });

    public void Answer(string url, RequestDelegate page) => _pages[url] = page;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>As it is: a server that looks for the rest of its own chain would ask whom the certificate names.</summary>
    private static TlsHandshakeCallbackOptions Showing(X509Certificate2 certificate)
    {
        var context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        return new()
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = context }),
        };
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var url = $"https://{http.Request.Host}{http.Request.Path}{http.Request.QueryString}";
        Asked.Enqueue(url);
        if (_pages.TryGetValue(url, out var page))
        {
            await page(http);
            return;
        }
        http.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private Task<IPAddress[]> LookUpAsync(string host, CancellationToken stop)
    {
        LookedUp.Enqueue(host);
        return IPAddress.TryParse(host, out var literal) ? Task.FromResult<IPAddress[]>([literal])
            : Task.FromResult(Names.TryGetValue(host, out var answers) && answers.TryDequeue(out var answer) ? answer : [Public]);
    }

    private async Task<Stream> ConnectAsync(IPEndPoint place, CancellationToken stop)
    {
        ConnectedTo.Enqueue(place);
        if (IsDown)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, IPAddress.IsLoopback(place.Address) ? place.Port : Port, stop);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=outside", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        string[] known = ["claude.ai", "chatgpt.com", "app.test", "other.test", "e.test"];
        foreach (var name in known.Concat(Enumerable.Range(0, 100).Select(i => $"h{i}.test")))
        {
            names.AddDnsName(name);
        }
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
    }
}
