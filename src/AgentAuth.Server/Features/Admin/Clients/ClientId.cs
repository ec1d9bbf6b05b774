using System.Security.Cryptography;

namespace AgentAuth.Server.Features.Admin.Clients;

internal static class ClientId
{
    private const int Bytes = 16;

    /// <summary>Public, and so random that no two servers make the same one.</summary>
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
}
