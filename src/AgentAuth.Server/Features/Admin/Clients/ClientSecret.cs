using System.Buffers.Text;
using System.Security.Cryptography;

namespace AgentAuth.Server.Features.Admin.Clients;

internal static class ClientSecret
{
    private const int Bytes = 32;
    private const int IdBytes = 16;

    /// <summary>256 random bits: too many to guess, so a plain hash keeps it.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Public, and so random that nobody registers somebody else's by chance.</summary>
    public static string NewClientId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
}
