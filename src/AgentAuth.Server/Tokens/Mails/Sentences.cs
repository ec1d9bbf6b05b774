using System.Globalization;
using AgentAuth.Server.Model;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens.Mails;

/// <summary>What a grant allows, a sentence each, in the language written in: the resource's own words, never the client's.</summary>
internal static class Sentences
{
    public static IEnumerable<string> Of(Grant grant, Resource resource, IStringLocalizer words)
    {
        var known = resource.Scopes.ToDictionary(s => s.Name!, StringComparer.Ordinal);
        return grant.AllowedScopes
            .OrderBy(s => known.TryGetValue(s, out var scope) ? scope.Position : int.MaxValue)
            .Select(s => Of(s, known.GetValueOrDefault(s), words));
    }

    private static string Of(string scope, Scope? known, IStringLocalizer words) => scope switch
    {
        OpenIddictConstants.Scopes.OpenId => words["Know that it is you, by an account number"],
        OpenIddictConstants.Scopes.Profile => words["See your name"],
        OpenIddictConstants.Scopes.Email => words["See your e-mail address"],
        OpenIddictConstants.Scopes.OfflineAccess => words["Go on working while you are away, until the access ends"],
        _ => known?.SentenceIn(CultureInfo.CurrentUICulture) ?? scope,
    };
}
