using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AgentAuth.EndToEnd.Support;
using Npgsql;

namespace AgentAuth.EndToEnd.Deploy;

/// <summary>
/// What docker-compose.yml describes, run as processes of this machine: its commands, its environment, its nginx.conf. Only host names,
/// ports and paths are other ones, because there are no containers to give each process its own.
/// </summary>
internal sealed class ComposedSite : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder _folder = new();
    private readonly int _https = Machine.FreePort();
    private readonly int _http = Machine.FreePort();
    private readonly Dictionary<string, int> _ports = new(StringComparer.Ordinal)
    {
        ["node-a"] = Machine.FreePort(),
        ["node-b"] = Machine.FreePort(),
    };

    private readonly Dictionary<string, ChildProcess> _processes = new(StringComparer.Ordinal);
    private ComposeFile? _file;
    private NpgsqlConnectionStringBuilder _database = [];

    public string Issuer => $"https://localhost:{_https}";

    public X509Certificate2 Certificate { get; } = SelfMade();

    public string Database => _database.ConnectionString;

    public string Resource { get; private set; } = string.Empty;

    public ChildProcess this[string service] => _processes[service];

    /// <summary>A node's own address, past the proxy.</summary>
    public string At(string node) => $"http://localhost:{_ports[node]}";

    public static async Task<ComposedSite> StartAsync(PostgresCluster postgres)
    {
        var site = new ComposedSite();
        site._file = await ComposeFile.ReadAsync(site.Issuer);
        await site.WriteSecretsAsync();
        site._database = new(await postgres.DatabaseAsync());
        await site.PlantAsync();
        await Task.WhenAll(site.StartNodeAsync("node-a"), site.StartNodeAsync("node-b"));
        await site.StartProxyAsync();
        return site;
    }

    public async Task StartNodeAsync(string name)
    {
        if (_processes.Remove(name, out var before))
        {
            await before.DisposeAsync();
        }
        var service = _file!.Service(name);
        var command = service.List("entrypoint").Select(word => Here(word, name)).ToArray();
        var environment = service.Environment.ToDictionary(p => p.Key, p => Here(p.Value, name), StringComparer.Ordinal);
        _processes[name] = ChildProcess.Start(command[0], command[1..], environment, _folder.Path);
        await IsWellAsync(service);
    }

    /// <summary>What the demo's people and clients leave in the database; the product has none of its own.</summary>
    private async Task PlantAsync()
    {
        var (url, mcp) = (At("node-a"), $"http://localhost:{Machine.FreePort()}");
        Resource = $"{mcp}/mail/mcp";
        await using var demo = ChildProcess.Start("dotnet",
        [
            Repository.Built("src", "AgentAuth.Demo", "AgentAuth.Demo.dll"), $"--AgentAuth:Issuer={Issuer}", $"--urls={url}",
            $"--Demo:McpUrl={mcp}", $"--AgentAuth:DataPath={_folder.Path}", "--AgentAuth:Database:Provider=Postgres",
            $"--ConnectionStrings:AgentAuth={Database}",
        ]);
        await Poll.UntilAsync(() => Web.AnswersAsync($"{url}/health/ready"), Patience, () => demo.LastWords);
    }

    private async Task StartProxyAsync()
    {
        if (Machine.FindOnPath("nginx") is null)
        {
            Machine.Lacks("nginx", "install Debian's nginx");
        }
        var service = _file!.Service("proxy");
        var mounted = service.List("volumes").Select(v => v.Split(':')).Single(v => v[1] == "/etc/nginx/nginx.conf");
        var configuration = Path.Combine(_folder.Path, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Here(await File.ReadAllTextAsync(mounted[0]), "proxy"));
        var command = service.List("command");
        _processes["proxy"] = ChildProcess.Start(command[0], [.. command[1..], "-c", configuration], folder: _folder.Path);
        await IsWellAsync(service);
    }

    /// <summary>Runs the health check that the file gives it until it succeeds.</summary>
    private Task IsWellAsync(ComposeService service)
    {
        var check = service.HealthCheck.Select(word => Here(word, service.Name)).ToArray();
        return Poll.UntilAsync(
            async () =>
            {
                Assert.False(_processes[service.Name].HasExited, $"{service.Name} ended:\n{_processes[service.Name].LastWords}");
                await using var run = ChildProcess.Start(check[0], check[1..]);
                return await run.WaitAsync(Patience) == 0;
            },
            Patience,
            () => $"{service.Name} is not well:\n{_processes[service.Name].LastWords}");
    }

    private string Here(string text, string service)
    {
        var own = _ports.GetValueOrDefault(service, _https);
        (string There, string Here)[] places =
        [
            ("http://+:8080", $"http://127.0.0.1:{own}"),
            ("/dev/tcp/127.0.0.1/8080", $"/dev/tcp/127.0.0.1/{own}"),
            ("https://127.0.0.1/", $"https://127.0.0.1:{_https}/"),
            ("/app/AgentAuth.Server.dll", Repository.Built("src", "AgentAuth.Server", "AgentAuth.Server.dll")),
            ("172.30.99.10", "127.0.0.1"),
            ("Host=database;Port=5432;Database=agentauth;Username=agentauth",
                $"Host={_database.Host};Port={_database.Port};Database={_database.Database};Username={_database.Username}"),
            ("node-a:8080", $"127.0.0.1:{_ports["node-a"]}"),
            ("node-b:8080", $"127.0.0.1:{_ports["node-b"]}"),
            ("listen 80;", $"listen 127.0.0.1:{_http};"),
            ("listen 443 ssl;", $"listen 127.0.0.1:{_https} ssl;"),
            ("/run/secrets", _folder.Path),
            ("/tmp/nginx.pid", Path.Combine(_folder.Path, "nginx.pid")),
        ];
        return places.Aggregate(text, (said, place) => said.Replace(place.There, place.Here, StringComparison.Ordinal));
    }

    private async Task WriteSecretsAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "database-password"), "a password of the tests\n");
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "tls-certificate"), Certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "tls-key"), Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2 SelfMade()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _processes.Keys.Order(StringComparer.Ordinal).Reverse())
        {
            if (name == "proxy" && !_processes[name].HasExited)
            {
                await _processes[name].SignalAsync("TERM"); // its workers end with it
            }
            await _processes[name].DisposeAsync();
        }
        Certificate.Dispose();
        _folder.Dispose();
    }
}
