using System.Globalization;
using AgentAuth.EndToEnd.Support;
using Npgsql;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>A PostgreSQL of one test's own, as durable as one in earnest, that is stopped, frozen, filled and replaced at will.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly IDisposable? _owned;
    private readonly string[] _settings;
    private ChildProcess? _server;

    private OwnPostgres(string folder, IDisposable? owned, string[] settings) => (_folder, _owned, _settings) = (folder, owned, settings);

    public int Port { get; } = Machine.FreePort();

    public string Connection => $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres";

    private string Data => Path.Combine(_folder, "data");

    /// <param name="folder">Where it lies, if not in a folder of its own.</param>
    /// <param name="settings">Lines of its configuration beside the usual ones.</param>
    public static async Task<OwnPostgres> StartAsync(string? folder = null, params string[] settings)
    {
        var own = folder is null ? new TemporaryFolder() : null;
        var postgres = new OwnPostgres(folder ?? own!.Path, own, settings);
        await postgres.OwnFolderAsync();
        await PostgresPrograms.RunAsync(
            Program("initdb"), "-D", postgres.Data, "-U", "postgres", "--auth=trust", "--no-sync", "--locale=C.UTF-8", "--wal-segsize=4");
        await postgres.StartAgainAsync();
        return postgres;
    }

    /// <summary>A standby that follows it.</summary>
    public async Task<OwnPostgres> StandbyAsync()
    {
        var own = new TemporaryFolder();
        var standby = new OwnPostgres(own.Path, own, _settings);
        await standby.OwnFolderAsync();
        await PostgresPrograms.RunAsync(
            Program("pg_basebackup"), "-h", "127.0.0.1", "-p", Number(Port), "-U", "postgres", "-D", standby.Data, "-R", "-X", "stream",
            "--checkpoint=fast", "--no-sync");
        await standby.StartAgainAsync();
        return standby;
    }

    public async Task StartAgainAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        string[] usual = ["listen_addresses=127.0.0.1", $"unix_socket_directories={_folder}", "max_connections=100", "max_wal_senders=4"];
        _server = ChildProcess.Start("setpriv", PostgresPrograms.AsOwner(
            [Program("postgres"), "-D", Data, "-p", Number(Port), .. usual.Concat(_settings).SelectMany(line => new[] { "-c", line })]));
        await Poll.UntilAsync(AnswersAsync, Patience, () => $"PostgreSQL did not start:\n{_server.LastWords}");
    }

    /// <summary>It ends itself when the disk has no room for its log; then its keeper starts it again.</summary>
    public Task GoOnAsync() => _server!.HasExited ? StartAgainAsync() : Task.CompletedTask;

    /// <summary>As pg_ctl stop -m immediate: nothing is finished, nothing is written; the next start recovers.</summary>
    public Task StopAtOnceAsync() => _server!.SignalAsync("QUIT");

    public void Kill() => _server!.Kill();

    public Task PromoteAsync() => PostgresPrograms.RunAsync(Program("pg_ctl"), "promote", "-D", Data, "-w");

    /// <summary>Every process of it stands still, as on a machine or a disk that hangs.</summary>
    public Task FreezeAsync() => SignalAllAsync("STOP");

    public Task ThawAsync() => SignalAllAsync("CONT");

    public async Task<T> AskAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Connection + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async Task DoAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Connection + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false })
        {
            await ThawAsync();
            await _server.SignalAsync("QUIT");
        }

        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        _owned?.Dispose();
    }

    public async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(Connection + ";Pooling=false;Timeout=1");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    private static string Program(string name)
    {
        if (PostgresPrograms.Folder() is { } folder)
        {
            return Path.Combine(folder, name);
        }

        Machine.Lacks("PostgreSQL server", "install Debian's postgresql");
        return name;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Task OwnFolderAsync() =>
        PostgresPrograms.AsRoot ? ChildProcess.RunAsync("chown", "postgres", _folder) : Task.CompletedTask;

    private async Task SignalAllAsync(string signal)
    {
        string[] all = [Number(_server!.Id), .. Processes.ChildrenOf(_server.Id).Select(Number)];
        await using var kill = ChildProcess.Start("kill", ["-s", signal, .. all]);
        await kill.WaitAsync(Patience); // one of them may have ended meanwhile
    }
}
