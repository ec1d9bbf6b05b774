using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AgentAuth.Server.Setup;

/// <summary>
/// The sockets the server listens on. Closing one resets whoever the kernel has let in and the server has not heard yet: a client
/// that had sent its request cannot tell whether it was done. So newcomers are kept out first, by a filter that drops their first
/// packet (Linux, socket(7), SO_ATTACH_FILTER); they knock again after a second and then find the listener closed, or another node.
/// </summary>
internal sealed partial class Doors(ILogger<Doors> logger)
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;

    private const int FlagsOfTcpHeader = 13;
    private const int Syn = 2;

    private static readonly Instruction[] DropFirstPackets =
    [
        new(code: 0x30, ifTrue: 0, ifFalse: 0, k: FlagsOfTcpHeader), // load that byte
        new(code: 0x45, ifTrue: 0, ifFalse: 1, k: Syn), // one of its bits set?
        new(code: 0x06, ifTrue: 0, ifFalse: 0, k: 0), // drop
        new(code: 0x06, ifTrue: 0, ifFalse: 0, k: int.MaxValue), // let in as it is
    ];

    private readonly ConcurrentBag<Socket> _listeners = [];

    public Socket Keep(Socket listener)
    {
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Whether newcomers are kept out from now on; false where there are none, or where it cannot be done.</summary>
    public bool ShutToNewcomers()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }
        var program = GCHandle.Alloc(DropFirstPackets, GCHandleType.Pinned);
        try
        {
            var attached = new FilterProgram((ushort)DropFirstPackets.Length, program.AddrOfPinnedObject());
            var bytes = MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref attached, 1));
            var any = false;
            foreach (var listener in _listeners)
            {
                any |= TryAttach(listener, bytes);
            }
            return any;
        }
        finally
        {
            program.Free();
        }
    }

    private bool TryAttach(Socket listener, ReadOnlySpan<byte> program)
    {
        if (listener.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            return false;
        }
        try
        {
            listener.SetRawSocketOption(SocketLevel, AttachFilter, program);
            return true;
        }
        catch (ObjectDisposedException)
        {
            return false; // closed already
        }
        catch (SocketException failure)
        {
            CannotKeepOut(logger, failure.SocketErrorCode); // the listener closes as anybody's does
            return false;
        }
    }

    [LoggerMessage(1304, LogLevel.Warning,
        "This system does not let newcomers be kept out ({Failure}): who connects in the moment the listener closes may be cut.")]
    private static partial void CannotKeepOut(ILogger logger, SocketError failure);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, byte ifTrue, byte ifFalse, int k)
    {
        private readonly ushort _code = code;
        private readonly byte _ifTrue = ifTrue;
        private readonly byte _ifFalse = ifFalse;
        private readonly int _k = k;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct FilterProgram(ushort length, nint instructions)
    {
        private readonly ushort _length = length;
        private readonly nint _instructions = instructions;
    }
}
