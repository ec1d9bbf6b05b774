using System.Net;
using System.Net.Sockets;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>A folder that goes with the run, a core for those who are measured, and a PostgreSQL once one asks.</summary>
internal sealed class Place(string folder, int? serverCore) : IAsyncDisposable
{
    private readonly Lazy<PostgresCluster> _postgres = new(() => new PostgresCluster(Path.Combine(folder, "postgres"), serverCore));

    public string Folder => folder;

    public int? ServerCore => serverCore;

    public PostgresCluster Postgres => _postgres.Value;

    public double PostgresCpuMilliseconds => _postgres.IsValueCreated ? Postgres.CpuMilliseconds : 0;

    /// <summary>The checkout the benchmarks were built from.</summary>
    public static string Repository { get; } = FindRepository();

    public static Place Make(int? serverCore) => new(Directory.CreateTempSubdirectory("agentauth-benchmarks-").FullName, serverCore);

    public string FolderFor(string contestant) => Directory.CreateDirectory(Path.Combine(folder, contestant)).FullName;

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres.IsValueCreated)
        {
            await Postgres.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AgentAuth.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new UnfitException("The benchmarks run from the checkout they were built in.");
    }
}
