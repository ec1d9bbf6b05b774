using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Tokens.Keys;
using AgentAuth.Server.Tokens.ShortPath;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// What a refresh token's successor is called: made from the token itself with a key of ours, so that who comes back with it within
/// <see cref="TokenOptions.RefreshGrace"/> is given the same one, although nothing but its hash is kept; docs/decisions/0027.
/// </summary>
internal sealed class Successors(KeyRing ring, IOptions<TokenOptions> options)
{
    private static readonly byte[] Purpose = "agentauth refresh token successor 1"u8.ToArray();

    public TimeSpan Grace => options.Value.RefreshGrace;

    /// <param name="presented">The refresh token that is used up.</param>
    /// <param name="row">Its row.</param>
    public string Next(string presented, Guid row) =>
        Grace > TimeSpan.Zero ? Of(ring.OwnKeys[0].Key, presented, row) : Issuance.NewReference();

    /// <summary>What it may have been called: the keys may have changed since.</summary>
    public IReadOnlyList<string> Candidates(string presented, Guid row) => [.. ring.OwnKeys.Select(k => Of(k.Key, presented, row))];

    /// <summary>A key of its own for this purpose, so that no other use of ours can make such a name.</summary>
    private static string Of(byte[] key, string presented, Guid row)
    {
        var own = HMACSHA256.HashData(key, Purpose);
        return Base64Url.EncodeToString(HMACSHA256.HashData(own, (byte[])[.. row.ToByteArray(), .. Encoding.UTF8.GetBytes(presented)]));
    }
}

/// <summary>The name of the next refresh token, on its way through the whole pipeline.</summary>
/// <param name="Reference">What the client is given.</param>
/// <param name="IsThere">Another request made it; it is not made again.</param>
internal sealed record Successor(string Reference, bool IsThere)
{
    public static Successor? Of(OpenIddictServerTransaction transaction) =>
        transaction.GetProperty<Successor>(typeof(Successor).FullName!);

    public void KeepIn(OpenIddictServerTransaction transaction) => transaction.SetProperty(typeof(Successor).FullName!, this);
}
