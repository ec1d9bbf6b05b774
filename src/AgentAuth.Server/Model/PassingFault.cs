using System.Data.Common;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Model;

/// <summary>
/// Whether what failed may be well again the next time: a chore that is not prepared for it would take the whole server down.
/// </summary>
internal static class PassingFault
{
    public static bool Is(Exception failure) =>
        failure is DbException or DbUpdateException or InvalidOperationException or TimeoutException or IOException
            or SocketException;
}
