using System.Collections.Frozen;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>Finds a rule: by its name, by the number OpenIddict gives its own refusals, and at last by the OAuth error name.</summary>
internal static class Rules
{
    private const string OpenIddictNumber = "/ID";

    public static IReadOnlyList<Rule> All { get; } =
        [
            .. ClientRules.All, .. AssertionRules.All, .. AuthorizeRules.All, .. AccessRules.All, .. TokenRules.All,
            .. ApprovalRules.All, .. RegistrationRules.All, .. RequestRules.All, .. PageRules.All,
        ];

    private static readonly FrozenDictionary<string, Rule> ByName = All.ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Rule> ByError = new Dictionary<string, Rule>(StringComparer.Ordinal)
    {
        [Errors.AccessDenied] = AuthorizeRules.Allowed,
        [Errors.LoginRequired] = AuthorizeRules.Person,
        [Errors.ConsentRequired] = AuthorizeRules.Person,
        [Errors.InteractionRequired] = AuthorizeRules.Person,
        [Errors.UnsupportedResponseType] = AuthorizeRules.ResponseType,
        [Errors.UnsupportedGrantType] = TokenRules.GrantType,
        [Errors.UnauthorizedClient] = ClientRules.MayUse,
        [Errors.InvalidScope] = AccessRules.Scope,
        [Errors.InvalidTarget] = AccessRules.Resource,
        [Errors.InvalidToken] = TokenRules.Live,
        [Errors.MissingToken] = TokenRules.Present,
        [Errors.InsufficientScope] = TokenRules.Scope,
        [Errors.InvalidGrant] = TokenRules.Grant,
        [Errors.InvalidClient] = ClientRules.Authentication,
        [Errors.SlowDown] = ClientRules.Guessing,
        [Errors.TemporarilyUnavailable] = RequestRules.Busy,
        [Errors.ServerError] = RequestRules.Failed,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A rule that has gone since the refusal was noted is explained in general words.</summary>
    public static Rule Named(string name) => ByName.GetValueOrDefault(name, RequestRules.Other);

    public static Rule Of(string? error, string? uri, string? words) =>
        Rule.NameOf(uri) is { } name ? Named(name)
        : error == Errors.MissingToken ? TokenRules.Present // its number says only that something is missing
        : OpenIddictRules.Of(Number(uri), words) ?? ByError.GetValueOrDefault(error ?? "", RequestRules.Other);

    /// <summary>It stands at the end of the address of OpenIddict's documentation.</summary>
    private static string? Number(string? uri) =>
        uri?.LastIndexOf(OpenIddictNumber, StringComparison.Ordinal) is { } at and >= 0 ? uri[(at + 1)..] : null;
}
