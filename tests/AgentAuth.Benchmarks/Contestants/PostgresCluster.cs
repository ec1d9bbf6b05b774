using System.Globalization;
using Npgsql;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>Debian's PostgreSQL as it comes, durable, on a free loopback port; a database for each contestant.</summary>
internal sealed class PostgresCluster(string folder, int? core) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly bool _asRoot = Environment.UserName == "root";
    private readonly int _port = Place.FreePort();
    private Child? _server;

    public double CpuMilliseconds => _server is null ? 0 : ProcessTree.CpuMilliseconds(_server.Id);

    public double Megabytes => _server is null ? 0 : ProcessTree.ProportionalMegabytes(_server.Id);

    /// <summary>What it wrote about statements, when it was told to.</summary>
    public string Log => Path.Combine(folder, "log");

    public string Administrator => Connection("postgres");

    public static string DatabaseOf(string contestant) => contestant.Replace('-', '_');

    public string Connection(string database) => $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database}";

    public string Url(string database) => $"postgres://postgres@127.0.0.1:{_port}/{database}";

    public async Task<string> DatabaseAsync(string contestant)
    {
        _server ??= await StartAsync();
        var name = DatabaseOf(contestant);
        await using var source = NpgsqlDataSource.Create(Administrator);
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _server.SignalAsync("INT"); // those still connected are cut off
            await _server.DisposeAsync();
        }
    }

    private async Task<Child> StartAsync()
    {
        var binaries = Binaries();
        Directory.CreateDirectory(folder);
        if (_asRoot)
        {
            await Child.RunAsync(["chown", "postgres", folder]);
            await Child.RunAsync(["chmod", "o+x", Path.GetDirectoryName(folder)!]);
        }
        var data = Path.Combine(folder, "data");
        await Child.RunAsync(AsOwner(
            Path.Combine(binaries, "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--locale=C.UTF-8"));
        var server = Child.Start(AsOwner(
            Path.Combine(binaries, "postgres"), "-D", data, "-p", _port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}"), "/", Log, core);
        var deadline = TimeProvider.System.GetUtcNow() + Patience;
        while (!await AnswersAsync())
        {
            if (server.HasExited || TimeProvider.System.GetUtcNow() > deadline)
            {
                throw new UnfitException($"PostgreSQL did not start:\n{server.LastWords()}");
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
        return server;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(Administrator);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string Binaries() => (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
        .OrderByDescending(version => int.Parse(Path.GetFileName(version), CultureInfo.InvariantCulture))
        .Select(version => Path.Combine(version, "bin"))
        .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        ?? throw new UnfitException("There is no PostgreSQL here: install Debian's postgresql, or leave the -postgres targets out.");

    /// <summary>PostgreSQL refuses root; setpriv becomes what it runs, so that its id stays the one we know.</summary>
    private string[] AsOwner(params string[] command) => _asRoot
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command]
        : command;
}
