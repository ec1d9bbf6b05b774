using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

/// <summary>The world behind the guard: names, wires and who vouches for certificates. Tests put another one there.</summary>
internal sealed class Outside
{
    public Func<string, CancellationToken, Task<IPAddress[]>> LookUp { get; init; } = Dns.GetHostAddressesAsync;

    public Func<IPEndPoint, CancellationToken, Task<Stream>> Connect { get; init; } = ConnectAsync;

    /// <summary>Null is the system's.</summary>
    public X509ChainPolicy? Trusted { get; init; }

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
