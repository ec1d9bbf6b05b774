using System.Globalization;
using Npgsql;

namespace AgentAuth.EndToEnd.Support;

/// <summary>
/// A PostgreSQL of the tests' own, on a free loopback port, gone when they end. Where AGENTAUTH_TEST_POSTGRES names one
/// by its administrator's connection string, that one.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private TemporaryFolder? _folder;
    private ChildProcess? _server;
    private string? _administrator;

    /// <summary>The administrator's connection string; the first who asks starts the cluster.</summary>
    public async Task<string> AdministratorAsync()
    {
        _administrator ??= Environment.GetEnvironmentVariable("AGENTAUTH_TEST_POSTGRES") is { Length: > 0 } given ? given : null;
        return _administrator ??= await StartAsync();
    }

    /// <summary>A fresh, empty database's connection string.</summary>
    public async Task<string> DatabaseAsync()
    {
        var administrator = await AdministratorAsync();
        var name = $"e2e_{Guid.CreateVersion7():N}";
        await using var source = NpgsqlDataSource.Create(administrator);
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new NpgsqlConnectionStringBuilder(administrator) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _server.SignalAsync("INT");
            await _server.DisposeAsync();
        }

        _folder?.Dispose();
    }

    private async Task<string> StartAsync()
    {
        if (PostgresPrograms.Folder() is not { } binaries)
        {
            Machine.Lacks("PostgreSQL server", "install Debian's postgresql, or name a server in AGENTAUTH_TEST_POSTGRES");
            return string.Empty;
        }

        _folder = new TemporaryFolder();
        var data = Path.Combine(_folder.Path, "data");
        if (PostgresPrograms.AsRoot)
        {
            await ChildProcess.RunAsync("chown", "postgres", _folder.Path);
        }

        await PostgresPrograms.RunAsync(
            Path.Combine(binaries, "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--locale=C.UTF-8");
        var port = Machine.FreePort();
        _server = ChildProcess.Start("setpriv", PostgresPrograms.AsOwner(
            Path.Combine(binaries, "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder.Path}",
            "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=300"));
        var administrator = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
        await Poll.UntilAsync(() => AnswersAsync(administrator), Patience, () => $"PostgreSQL did not start:\n{_server.LastWords}");
        return administrator;
    }

    private async Task<bool> AnswersAsync(string administrator)
    {
        if (_server!.HasExited)
        {
            Assert.Fail($"PostgreSQL ended at once:\n{_server.LastWords}");
        }

        try
        {
            await using var connection = new NpgsqlConnection(administrator);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
