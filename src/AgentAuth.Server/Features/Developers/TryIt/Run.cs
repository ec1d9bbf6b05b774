using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>One developer's way through the flow, as a client would remember it. Sealed wherever it is kept.</summary>
internal sealed record Run
{
    private const int RandomBytes = 32;

    /// <summary>Null: only to sign in, at no API.</summary>
    public string? Resource { get; init; }

    public required string ResourceName { get; init; }

    public required string Scope { get; init; }

    public required string RedirectUri { get; init; }

    public string State { get; init; } = Random();

    public string Nonce { get; init; } = Random();

    public string Verifier { get; init; } = Random();

    public Answered? Answer { get; init; }

    /// <summary>Received and not yet presented.</summary>
    public string? Code { get; init; }

    public DateTimeOffset? CodeEndsAt { get; init; }

    public string? UsedCode { get; init; }

    public string? AccessToken { get; init; }

    public string? IdToken { get; init; }

    public string? RefreshToken { get; init; }

    public string? UsedRefreshToken { get; init; }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Exchange> Exchanges { get; init; } = [];

    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    /// <summary>Whether this is the state that was sent.</summary>
    public bool IsAnsweredBy(string? state) =>
        state is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(State));

    public bool AsksForIdToken => Scope.Split(' ').Contains("openid", StringComparer.Ordinal);

    public static Run At(Resource resource, IEnumerable<string> scopes, string redirectUri) => new()
    {
        Resource = resource.IsIdentity ? null : resource.Identifier,
        ResourceName = resource.Name,
        Scope = string.Join(' ', scopes),
        RedirectUri = redirectUri,
    };

    public Run Presented() => this with { Code = null, CodeEndsAt = null, UsedCode = Code };

    /// <summary>What the token endpoint gave takes the place of what was there; an error changes nothing.</summary>
    public Run Took(WireAnswer answer) => answer.IsGood && answer.Text("access_token") is { } accessToken
        ? this with
        {
            AccessToken = accessToken,
            IdToken = answer.Text("id_token") ?? IdToken,
            RefreshToken = answer.Text("refresh_token") ?? RefreshToken,
            UsedRefreshToken = answer.Text("refresh_token") is null ? UsedRefreshToken : RefreshToken,
        }
        : this;

    public Run Kept(Exchange exchange) => this with { Exchanges = [exchange, .. Exchanges.Take(Exchange.MaxKept - 1)] };

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
}

/// <summary>What came back from the authorization endpoint by way of the browser.</summary>
internal sealed record Answered(DateTimeOffset At, string? Error, string? Description, string? ErrorId);

/// <summary>One request and its answer in words, with everything that could be used cut short.</summary>
internal sealed record Exchange(string Title, DateTimeOffset At, string Request, string Answer, string? Error, string? ErrorId)
{
    public const int MaxKept = 6;

    /// <summary>Of one request, and of one answer.</summary>
    public const int MaxText = 3_000;

    public static string Within(string text) => text.Length <= MaxText ? text : string.Concat(text.AsSpan(0, MaxText), "…");
}
