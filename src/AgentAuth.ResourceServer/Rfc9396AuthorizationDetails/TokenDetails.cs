using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AgentAuth.ResourceServer.Rfc9396AuthorizationDetails;

/// <summary>
/// What a token says beside its scopes (RFC 9396), as far as AgentAuth means it: limits the person set, things they picked, one action they
/// allowed. Types of others are none of our business; one of AgentAuth's that is not known here might be a limit, so it is no detail but
/// a fault.
/// </summary>
internal sealed record TokenDetails
{
    public const string Claim = "authorization_details";
    public const string ActionType = "agentauth_action";

    private const string LimitsType = "agentauth_limits";
    private const string ObjectsType = "agentauth_objects";
    private const string OurPrefix = "agentauth_";

    public static TokenDetails None { get; } = new();

    /// <summary>Null: as many as there are.</summary>
    public int? ChangesPerDay { get; private init; }

    /// <summary>The scopes whose use counts as a change.</summary>
    public IReadOnlyList<string> ChangeScopes { get; private init; } = [];

    /// <summary>The scopes whose use the person is asked about each time.</summary>
    public IReadOnlyList<string> AskScopes { get; private init; } = [];

    /// <summary>Null: all there are.</summary>
    public IReadOnlyList<string>? Objects { get; private init; }

    /// <summary>The one action it is about, as JSON: such a token is an answer to us, and lets nobody in.</summary>
    public string? Action { get; private init; }

    /// <summary>Null when they cannot be read; then nothing may be done with the token.</summary>
    public static TokenDetails? Of(IEnumerable<Claim> claims)
    {
        var details = None;
        foreach (var claim in claims)
        {
            if (claim.Type != Claim)
            {
                continue;
            }

            try
            {
                using var json = JsonDocument.Parse(claim.Value);
                foreach (var entry in json.RootElement.ValueKind == JsonValueKind.Array ? [.. json.RootElement.EnumerateArray()]
                    : new[] { json.RootElement })
                {
                    details = details?.With(entry);
                }
            }
            catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                return null;
            }
        }

        return details;
    }

    /// <summary>The limits among details somebody else names, each as JSON; null when they cannot be read.</summary>
    public static IReadOnlyList<string>? LimitsIn(JsonElement details)
    {
        if (details.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var claims = details.EnumerateArray().Select(entry => new Claim(Claim, entry.GetRawText(), JsonClaimValueTypes.Json)).ToList();
        return Of(claims) is null ? null : [.. claims.Select(claim => claim.Value).Where(IsLimits)];
    }

    /// <summary>The claims of a token with these limits in the place of its own.</summary>
    public static IEnumerable<Claim> WithLimits(IEnumerable<Claim> claims, IEnumerable<string> limits, string issuer) => claims
        .SelectMany(claim => claim.Type == Claim ? EntriesOf(claim) : [claim])
        .Where(claim => claim.Type != Claim || !IsLimits(claim.Value))
        .Concat(limits.Select(entry => Entry(entry, issuer)));

    private static Claim Entry(string json, string issuer) => new(Claim, json, JsonClaimValueTypes.Json, issuer);

    private static IEnumerable<Claim> EntriesOf(Claim claim)
    {
        using var json = JsonDocument.Parse(claim.Value);
        return json.RootElement.ValueKind != JsonValueKind.Array
            ? [claim]
            : [.. json.RootElement.EnumerateArray().Select(entry => Entry(entry.GetRawText(), claim.Issuer))];
    }

    private static bool IsLimits(string entry)
    {
        using var json = JsonDocument.Parse(entry);
        return json.RootElement.GetProperty("type").ValueEquals(LimitsType);
    }

    private TokenDetails? With(JsonElement entry) => entry.GetProperty("type").GetString() switch
    {
        LimitsType => this with
        {
            ChangesPerDay = entry.TryGetProperty("changes_per_day", out var most) ? most.GetInt32() : ChangesPerDay,
            ChangeScopes = [.. ChangeScopes, .. Texts(entry, "change_scopes")],
            AskScopes = [.. AskScopes, .. Texts(entry, "ask_scopes")],
        },
        ObjectsType => this with
        {
            Objects = [.. Texts(entry, "identifiers").Where(id => Objects?.Contains(id, StringComparer.Ordinal) ?? true)],
        },
        ActionType => this with { Action = entry.GetRawText() },
        { } type when !type.StartsWith(OurPrefix, StringComparison.Ordinal) => this,
        _ => null,
    };

    private static IEnumerable<string> Texts(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];
}
