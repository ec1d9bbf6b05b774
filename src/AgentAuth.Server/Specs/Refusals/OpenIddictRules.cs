using System.Collections.Frozen;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>
/// What OpenIddict's own refusals mean here, by the numbers it documents. Some numbers stand for several rules; then the parameter that its
/// words name tells which.
/// </summary>
internal static class OpenIddictRules
{
    private static readonly FrozenDictionary<string, Rule> ByNumber = new Dictionary<string, Rule>(StringComparer.Ordinal)
    {
        ["ID2000"] = TokenRules.Present,
        ["ID2001"] = TokenRules.CodeGenuine,
        ["ID2003"] = TokenRules.Refresh,
        ["ID2004"] = TokenRules.Live,
        ["ID2005"] = TokenRules.CodeGenuine,
        ["ID2007"] = TokenRules.Refresh,
        ["ID2010"] = TokenRules.Once,
        ["ID2012"] = TokenRules.Once,
        ["ID2013"] = TokenRules.Once,
        ["ID2016"] = TokenRules.CodeFresh,
        ["ID2018"] = TokenRules.Refresh,
        ["ID2019"] = TokenRules.Live,
        ["ID2020"] = TokenRules.Grant,
        ["ID2022"] = TokenRules.Grant,
        ["ID2023"] = TokenRules.Grant,
        ["ID2028"] = RequestRules.Unsupported,
        ["ID2029"] = RequestRules.Missing,
        ["ID2032"] = RequestRules.Unsupported,
        ["ID2036"] = RequestRules.Missing,
        ["ID2046"] = ClientRules.MayUse,
        ["ID2047"] = ClientRules.MayUse,
        ["ID2052"] = RequestRules.Invalid,
        ["ID2053"] = ClientRules.Method,
        ["ID2054"] = ClientRules.Method,
        ["ID2055"] = ClientRules.Secret,
        ["ID2057"] = ClientRules.Method,
        ["ID2063"] = ClientRules.MayUse,
        ["ID2064"] = ClientRules.MayUse,
        ["ID2066"] = TokenRules.SameClient,
        ["ID2068"] = TokenRules.SameClient,
        ["ID2069"] = TokenRules.SameClient,
        ["ID2071"] = TokenRules.SameClient,
        ["ID2072"] = TokenRules.SameRedirect,
        ["ID2075"] = ClientRules.MayUse,
        ["ID2077"] = ClientRules.OneResource,
        ["ID2078"] = ClientRules.MayUse,
        ["ID2080"] = TokenRules.SameClient,
        ["ID2081"] = RequestRules.Form,
        ["ID2082"] = RequestRules.Form,
        ["ID2084"] = PageRules.Method,
        ["ID2087"] = ClientRules.Method,
        ["ID2089"] = TokenRules.Live,
        ["ID2140"] = ClientRules.MayUse,
        ["ID2141"] = AuthorizeRules.LogOut,
        ["ID2171"] = ClientRules.Assertion,
        ["ID2172"] = ClientRules.Assertion,
        ["ID2173"] = ClientRules.Assertion,
        ["ID2174"] = ClientRules.Method,
        ["ID2184"] = TokenRules.SameClient,
        ["ID2185"] = TokenRules.SameClient,
        ["ID2198"] = ClientRules.Method,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly (string Parameter, Rule Rule)[] ByParameter =
    [
        (Parameters.PostLogoutRedirectUri, AuthorizeRules.LogOut),
        (Parameters.RedirectUri, AuthorizeRules.Redirect),
        (Parameters.ClientId, ClientRules.Known),
        (Parameters.ClientAssertion, ClientRules.Assertion),
        (Parameters.ClientSecret, ClientRules.Method),
        (Parameters.CodeVerifier, TokenRules.Verifier),
        (Parameters.CodeChallengeMethod, AuthorizeRules.S256),
        (Parameters.CodeChallenge, AuthorizeRules.Challenge),
        (Parameters.ResponseType, AuthorizeRules.ResponseType),
        (Parameters.ResponseMode, AuthorizeRules.ResponseMode),
        (Parameters.GrantType, TokenRules.GrantType),
    ];

    /// <summary>Numbers that say only that a parameter is missing, wrong, or not for this client.</summary>
    private static readonly FrozenSet<string> AboutAParameter = new[]
    {
        "ID2029", "ID2030", "ID2031", "ID2032", "ID2033", "ID2037", "ID2041", "ID2043", "ID2052", "ID2059", "ID2135",
    }.ToFrozenSet(StringComparer.Ordinal);

    private const string Missing = "ID2029";

    public static Rule? Of(string? number, string? words)
    {
        if (number is null)
        {
            return null;
        }
        if (AboutAParameter.Contains(number))
        {
            var named = Array.Find(ByParameter, p => words?.Contains($"'{p.Parameter}'", StringComparison.Ordinal) == true).Rule;
            if (named is not null)
            {
                return number == Missing && IsOfRegistration(named) ? RequestRules.Missing : named;
            }
        }
        return ByNumber.GetValueOrDefault(number);
    }

    /// <summary>What was not sent cannot be compared with a registration.</summary>
    private static bool IsOfRegistration(Rule rule) => rule == AuthorizeRules.Redirect || rule == ClientRules.Known;
}
