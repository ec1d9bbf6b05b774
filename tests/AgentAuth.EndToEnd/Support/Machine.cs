using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace AgentAuth.EndToEnd.Support;

/// <summary>What the machine under the tests has and lacks.</summary>
internal static class Machine
{
    private static readonly HashSet<int> GivenPorts = [];

    /// <summary>Skips the test that cannot run here; where all must run, as in CI, fails it.</summary>
    [DoesNotReturn]
    public static void Lacks(string tool, string remedy)
    {
        var reason = $"This machine has no {tool}: {remedy}";
        Assert.SkipUnless(Environment.GetEnvironmentVariable("AGENTAUTH_TESTS_REQUIRE_ALL") == "1", reason);
        Assert.Fail(reason);
    }

    /// <summary>A loopback port nobody listens on; none is given twice.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            if (GivenPorts.Add(port))
            {
                return port;
            }
        }
    }

    public static string? FindOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
