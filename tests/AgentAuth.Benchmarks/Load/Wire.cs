namespace AgentAuth.Benchmarks.Load;

/// <summary>How the generator talks: kept connections, as many as there are workers, no cookies or redirects of its own.</summary>
internal static class Wire
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Shorter than any server's own, so that no connection is used as it is being closed.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    public static HttpClient Open(int connections) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        MaxConnectionsPerServer = connections,
        PooledConnectionIdleTimeout = Idle,
    })
    { Timeout = Longest };
}
