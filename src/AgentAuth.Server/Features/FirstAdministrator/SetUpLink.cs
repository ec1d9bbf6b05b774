using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AgentAuth.Server.Features.FirstAdministrator;

/// <summary>The one-time link to the set-up page. Only its hash is kept, in memory: a new start makes a new link.</summary>
internal sealed class SetUpLink(TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int TokenBytes = 32;

    private Offered? _offered;

    public string Offer()
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        Volatile.Write(ref _offered, new(Hash(token), clock.GetUtcNow() + Lifetime));
        return token;
    }

    public bool Accepts(string? token) =>
        Volatile.Read(ref _offered) is { } offered
        && token is { Length: > 0 }
        && offered.EndsAt > clock.GetUtcNow()
        && CryptographicOperations.FixedTimeEquals(offered.Hash, Hash(token));

    public void Close() => Volatile.Write(ref _offered, null);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed record Offered(byte[] Hash, DateTimeOffset EndsAt);
}
