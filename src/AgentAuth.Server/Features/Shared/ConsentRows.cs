using AgentAuth.Server.Model;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What is asked, a row each, and what of it is ticked before the person has said anything.</summary>
/// <param name="resource">Whose scopes they are.</param>
/// <param name="trust">How much is proved of who asks.</param>
/// <param name="isBuiltIn">This server asks.</param>
/// <param name="before">What was allowed before, whatever became of it: tells what is new.</param>
/// <param name="standing">The same where it still stands: ticked, as the person said.</param>
/// <param name="words">In the person's language.</param>
internal sealed class ConsentRows(
    Resource resource, Trust trust, bool isBuiltIn, Grant? before, Grant? standing, IStringLocalizer words)
{
    public IReadOnlyList<ScopeRow> Of(IEnumerable<string> asked) => [.. asked.Select(Row).OrderBy(r => r.Permission.Group)];

    public IReadOnlyList<Permission> NoLongerAsked(IEnumerable<string> asked) =>
        [.. (before?.AllowedScopes ?? []).Except(asked, StringComparer.Ordinal).Select(Permission).OrderBy(p => p.Group)];

    private ScopeRow Row(string scope)
    {
        var permission = Permission(scope);
        var isTicked = permission.IsRequired || standing?.AllowedScopes.Contains(scope, StringComparer.Ordinal) == true
            || IsSafe(permission.Group);
        return new(permission, isTicked, IsNew: before?.AllowedScopes.Contains(scope, StringComparer.Ordinal) == false);
    }

    /// <summary>Signing in cannot be unticked.</summary>
    private Permission Permission(string scope)
    {
        var permission = ScopeWords.Of(scope, resource.Scopes.Find(s => s.Name == scope), words);
        return scope == OpenIddictConstants.Scopes.OpenId ? permission with { IsRequired = true } : permission;
    }

    /// <summary>Of those who have proved nothing, only what looks; what deletes or spends, of verified publishers only.</summary>
    private bool IsSafe(PermissionGroup group) => group switch
    {
        PermissionGroup.See or PermissionGroup.KeepAccess => true,
        PermissionGroup.Change => isBuiltIn || trust >= Trust.DomainProved,
        _ => trust == Trust.VerifiedPublisher,
    };
}
