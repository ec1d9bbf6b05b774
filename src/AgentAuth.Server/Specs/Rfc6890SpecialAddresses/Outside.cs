using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DnsClient;

namespace AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

/// <summary>The world behind the guard: names, wires and who vouches for certificates. Tests put another one there.</summary>
internal sealed class Outside
{
    private static readonly TimeSpan DnsPatience = TimeSpan.FromSeconds(3);

    public Func<string, CancellationToken, Task<IPAddress[]>> LookUp { get; init; } = Dns.GetHostAddressesAsync;

    public Func<IPEndPoint, CancellationToken, Task<Stream>> Connect { get; init; } = ConnectAsync;

    /// <summary>The TXT records of a name, asked of the system's resolver; none when it has none, or nobody knows.</summary>
    public Func<string, CancellationToken, Task<IReadOnlyList<string>>> TextsOf { get; init; } = TextsAsync;

    /// <summary>Null is the system's.</summary>
    public X509ChainPolicy? Trusted { get; init; }

    private static async Task<IReadOnlyList<string>> TextsAsync(string name, CancellationToken stop)
    {
        try
        {
            var resolver = new LookupClient(new LookupClientOptions { Timeout = DnsPatience, Retries = 1, UseCache = false });
            var answer = await resolver.QueryAsync(name, QueryType.TXT, cancellationToken: stop);
            return [.. answer.Answers.TxtRecords().Select(t => string.Concat(t.Text))];
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Whatever a name, a resolver or its answer does to the library, nothing is proved by it.
            return [];
        }
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint place, CancellationToken stop)
    {
#pragma warning disable CA2000 // it goes with its stream
        var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning restore CA2000
        try
        {
            await socket.ConnectAsync(place, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
