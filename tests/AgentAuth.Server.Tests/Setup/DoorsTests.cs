using System.Net;
using System.Net.Sockets;
using AgentAuth.Server.Setup;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentAuth.Server.Tests.Setup;

/// <summary>Before its listener closes the server keeps newcomers out, and hears whoever was let in before.</summary>
public sealed class DoorsTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::", true)]
    public async Task Newcomers_are_kept_out_and_whoever_was_let_in_is_heard(string address, bool isDual)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Anywhere else the listener just closes.");
        using var listener = Listening(address, isDual);
        var doors = new Doors(NullLogger<Doors>.Instance);
        doors.Keep(listener);
        var where = isDual ? new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndPoint!).Port) : listener.LocalEndPoint!;
        using var early = new Socket(where.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await early.ConnectAsync(where, Stop);

        Assert.True(doors.ShutToNewcomers());

        using var late = new Socket(where.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var connecting = late.ConnectAsync(where, Stop).AsTask();
        await Task.WhenAny(connecting, Task.Delay(LongEnough, TimeProvider.System, Stop));
        Assert.False(connecting.IsCompleted);

        using var heard = await listener.AcceptAsync(Stop);
        await SaysAsync(early, heard);
        await SaysAsync(heard, early);

        listener.Close();
        await Assert.ThrowsAsync<SocketException>(() => connecting); // its second knock: nobody listens any more
    }

    [Fact]
    public void A_server_that_listens_nowhere_has_nobody_to_wait_for() =>
        Assert.False(new Doors(NullLogger<Doors>.Instance).ShutToNewcomers());

    private static Socket Listening(string address, bool isDual)
    {
        var ip = IPAddress.Parse(address);
        var listener = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (isDual)
        {
            listener.DualMode = true;
        }
        listener.Bind(new IPEndPoint(ip, 0));
        listener.Listen();
        return listener;
    }

    private static async Task SaysAsync(Socket from, Socket to)
    {
        await from.SendAsync("*"u8.ToArray(), Stop);
        var heard = new byte[1];
        Assert.Equal(1, await to.ReceiveAsync(heard, Stop));
        Assert.Equal((byte)'*', heard[0]);
    }
}
