using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentAuth.EndToEnd.Support;

/// <summary>
/// The site of somebody who makes clients: over TLS on this computer, it publishes documents about them. The demo trusts its certificate as
/// it would trust any other authority's: <see cref="Trusting"/>.
/// </summary>
internal sealed class ClientMaker : IAsyncDisposable
{
    private static readonly X509Certificate2 Certificate = SelfMade();
    private static readonly TemporaryFolder Folder = new();

    private readonly WebApplication _site;
    private readonly ConcurrentDictionary<string, string> _documents = new(StringComparer.Ordinal);

    private ClientMaker(WebApplication site) => _site = site;

    /// <summary>Where OpenSSL, and so .NET on Linux, looks for authorities.</summary>
    public static Surroundings Trusting { get; } = new()
    {
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = Written() },
    };

    /// <summary>What was asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    private int Port { get; init; }

    public static async Task<ClientMaker> StartAsync()
    {
        var port = Machine.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, o => o.UseHttps(Certificate)));
        var maker = new ClientMaker(builder.Build()) { Port = port };
        maker._site.Run(maker.AnswerAsync);
        await maker._site.StartAsync(TestContext.Current.CancellationToken);
        return maker;
    }

    public string AddressOf(string file) => $"https://localhost:{Port}/{file}";

    public void Publish(string file, object json) => _documents[$"/{file}"] = JsonSerializer.Serialize(json);

    /// <summary>A program on this computer, as Claude Code and others describe themselves: loopback redirects without a port.</summary>
    /// <returns>Its <c>client_id</c>.</returns>
    public string PublishNativeApp(string file, string name)
    {
        Publish(file, new
        {
            client_id = AddressOf(file),
            client_name = name,
            redirect_uris = new[]
            {
                "http://127.0.0.1/callback", "http://localhost/callback",
                "http://127.0.0.1/oauth/callback", "http://localhost/oauth/callback",
            },
            grant_types = new[] { "authorization_code", "refresh_token" },
            response_types = new[] { "code" },
            token_endpoint_auth_method = "none",
        });
        return AddressOf(file);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private Task AnswerAsync(HttpContext request)
    {
        Asked.Enqueue(request.Request.Path);
        if (!_documents.TryGetValue(request.Request.Path, out var json))
        {
            request.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        request.Response.ContentType = "application/json";
        return request.Response.WriteAsync(json, request.RequestAborted);
    }

    private static string Written()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Dispose();
        var path = Path.Combine(Folder.Path, "authorities.pem");
        File.WriteAllText(path, Certificate.ExportCertificatePem());
        return path;
    }

    private static X509Certificate2 SelfMade()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
    }
}
