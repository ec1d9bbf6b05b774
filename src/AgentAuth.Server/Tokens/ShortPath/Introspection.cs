using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Tokens.Keys;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>
/// Introspection (RFC 7662) of an access token that lives, by its resource's own account. The signature is verified once and remembered;
/// whether the token died since is asked of <see cref="Ended"/>, which is what resource servers are told. Only "active" is said here, with
/// the scopes the token itself names: of one whose grant was reduced the whole pipeline speaks.
/// </summary>
internal sealed class Introspection(
    Catalog catalog, SecretCheck secrets, Ended ended, KeyRing ring, Specs.Issuer issuer, TimeProvider clock)
{
    /// <summary>Tokens remembered; when there are more, all are forgotten and those in use are verified again.</summary>
    public const int MaxRemembered = 20_000;

    /// <summary>How long an expired token may still take up room while others come.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private static readonly string[] Known = [Parameters.Token, Parameters.TokenTypeHint];

    private readonly ConcurrentDictionary<Digest, ProvedToken> _proved = new();
    private long _sweptAt = clock.GetTimestamp();

    /// <summary>How many tokens are remembered now.</summary>
    public int Remembered => _proved.Count;

    public async Task<bool> TryAsync(HttpContext http, IFormCollection form)
    {
        if (await KnownForm.ReadAsync(http, form, Known, catalog, secrets, http.RequestAborted) is not { } request
            || request[Parameters.TokenTypeHint] is not (null or TokenTypeHints.AccessToken)
            || request.Client.ClientType != ClientTypes.Confidential
            || !request.Client.PermissionSet.Contains(Permissions.Endpoints.Introspection)
            || request[Parameters.Token] is not { } text || Proved(text) is not { } token || !IsAlive(token))
        {
            return false;
        }
        var resources = await catalog.ResourcesAsync(http.RequestAborted);
        if (!resources.ByIdentifier.TryGetValue(token.Audience, out var resource) || resource.AccountClientId != request.Client.ClientId)
        {
            return false;
        }
        http.Response.Headers.CacheControl = "no-store";
        await Answer.WriteAsync(http, token.Said);
        return true;
    }

    private bool IsAlive(ProvedToken token) =>
        token.ExpiresAt > clock.GetUtcNow() && ring.ShortPathKeys.Any(k => k.Id == token.KeyId)
        && !ended.IsNarrowed(token.Grant) && !ended.Has(token.Grant, token.Id, token.ClientId, token.IssuedAt);

    private ProvedToken? Proved(string text)
    {
        var digest = Digest.Of(text);
        if (_proved.TryGetValue(digest, out var known))
        {
            return known;
        }
        if (ProvedToken.Of(text, ring.ShortPathKeys, issuer.Value) is not { } token)
        {
            return null;
        }
        MakeRoom();
        return _proved[digest] = token;
    }

    private void MakeRoom()
    {
        if (_proved.Count >= MaxRemembered)
        {
            _proved.Clear();
        }
        var sweptAt = Volatile.Read(ref _sweptAt);
        if (clock.GetElapsedTime(sweptAt) < SweepEvery
            || Interlocked.CompareExchange(ref _sweptAt, clock.GetTimestamp(), sweptAt) != sweptAt)
        {
            return; // not yet, or somebody else just does it
        }
        var now = clock.GetUtcNow();
        foreach (var one in _proved.Where(p => p.Value.ExpiresAt <= now))
        {
            _proved.TryRemove(one);
        }
    }

    /// <summary>SHA-256 of a token: tokens themselves are not kept.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Digest(UInt128 One, UInt128 Other)
    {
        public static Digest Of(string text)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
            return new(BitConverter.ToUInt128(hash), BitConverter.ToUInt128(hash[16..]));
        }
    }
}
