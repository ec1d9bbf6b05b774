using System.Security.Cryptography;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

internal static class ClientId
{
    private const int Bytes = 16;

    /// <summary>Public, and so random that no two servers make the same one.</summary>
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
}
