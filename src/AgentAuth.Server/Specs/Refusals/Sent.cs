using System.Text;
using System.Text.Json;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Uts39Confusables;
using Microsoft.AspNetCore.Http.Features;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>
/// What a refused request brought, fit to be kept: of the few parameters known to be harmless the value, of all others the length. A
/// secret in a harmless one's place is left out where it can be told: it stands in a secret one's place too, or looks like one.
/// </summary>
internal static class Sent
{
    public const int MaxParts = 30;
    public const int MaxValueLength = 300;
    private const int MaxNameLength = 40;
    private const int ShortestSecret = 6;

    private static readonly string[] KnownHeaders = ["Authorization", "DPoP", "Content-Type"];

    /// <summary>
    /// Not code_challenge: with the method plain it is the verifier. Not state, nonce or login_hint: they may name a person.
    /// </summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        Parameters.Audience, Parameters.ClientAssertionType, Parameters.ClientId, Parameters.CodeChallengeMethod, Parameters.Display,
        Parameters.GrantType, Parameters.MaxAge, Parameters.PostLogoutRedirectUri, Parameters.Prompt, Parameters.RedirectUri,
        Parameters.RequestedTokenType, Parameters.Resource, Parameters.ResponseMode, Parameters.ResponseType, Parameters.Scope,
        Parameters.SubjectTokenType, Parameters.TokenTypeHint, Parameters.UiLocales,
    };

    /// <summary>The parts, and the words of the answer if they repeat nothing that is left out of those.</summary>
    public static (IReadOnlyList<SentPart> Parts, string Words) Of(HttpContext http, OpenIddictRequest? request, string words)
    {
        List<(string Name, string Value)> all = [.. request is null ? Raw(http) : Parsed(request)];
        var secrets = all.Where(p => !Harmless.Contains(p.Name) && p.Value.Length >= ShortestSecret).Select(p => p.Value).ToList();
        if (BasicCredentials.Read(http.Request.Headers.Authorization) is { Secret.Length: >= ShortestSecret } basic)
        {
            secrets.Add(basic.Secret);
        }
        List<SentPart> parts = [.. Parts(all, secrets), .. Asserted(request?.ClientAssertion, secrets), .. Headers(http)];
        return (parts, secrets.Exists(s => words.Contains(s, StringComparison.Ordinal)) ? "" : words);
    }

    private static List<SentPart> Parts(List<(string Name, string Value)> all, List<string> secrets)
    {
        var parts = all.Take(MaxParts).Select(p => Part(p.Name, p.Value, secrets)).ToList();
        if (all.Count > MaxParts)
        {
            parts.Add(new("…", null, all.Count - MaxParts));
        }
        return parts;
    }

    private static IEnumerable<SentPart> Asserted(string? assertion, List<string> secrets) =>
        from part in SentAssertion.Read(assertion).Parts
        let isKept = part.Value is not null && !secrets.Exists(s => part.Value.Contains(s, StringComparison.Ordinal))
        select new SentPart(part.Name, isKept ? Clean(part.Value, MaxValueLength) : null, part.Length);

    public static IEnumerable<SentPart> Headers(HttpContext http) =>
        from header in KnownHeaders
        let text = http.Request.Headers[header].ToString()
        where text.Length > 0
        select new SentPart(header, Header(header, text), text.Length);

    public static string Json(IReadOnlyList<SentPart> parts) => JsonSerializer.Serialize(parts);

    public static IReadOnlyList<SentPart> Read(string json) => JsonSerializer.Deserialize<List<SentPart>>(json) ?? [];

    /// <summary>On one line, without what turns or hides text, and without what looks like a secret.</summary>
    public static string Clean(string text, int most)
    {
        var clean = new StringBuilder();
        foreach (var rune in Masks.Over(text.Length > 4 * most ? text[..(4 * most)] : text).EnumerateRunes())
        {
            var next = (Unseen.Is(rune) ? Rune.ReplacementChar : rune).ToString();
            if (clean.Length + next.Length >= most)
            {
                return clean.Append('…').ToString();
            }
            clean.Append(next);
        }
        return clean.ToString();
    }

    private static IEnumerable<(string Name, string Value)> Parsed(OpenIddictRequest request) => request.GetParameters().SelectMany(p =>
        ((System.Collections.Immutable.ImmutableArray<string?>?)p.Value ?? []).Select(v => (p.Key, v ?? "")));

    /// <summary>What was refused before the protocol read it: the address, and the form if somebody read that.</summary>
    private static IEnumerable<(string Name, string Value)> Raw(HttpContext http) =>
        http.Request.Query.Concat((IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>>?)
            http.Features.Get<IFormFeature>()?.Form ?? []).SelectMany(p => p.Value.Select(v => (p.Key, v ?? "")));

    private static SentPart Part(string name, string value, List<string> secrets)
    {
        var isKept = Harmless.Contains(name) && !secrets.Exists(s => value.Contains(s, StringComparison.Ordinal));
        return new(Name(name), isKept ? Clean(value, MaxValueLength) : null, value.Length);
    }

    /// <summary>A name that no document would give may be a value in the wrong place.</summary>
    public static string Name(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(c => c is (>= 'a' and <= 'z') or '_') ? name : "?";

    private static string? Header(string name, string value) => name switch
    {
        "Content-Type" => Clean(value, MaxValueLength),
        "Authorization" when value.Split(' ')[0] is "Basic" or "Bearer" or "DPoP" => value.Split(' ')[0] + " …",
        _ => null,
    };
}
