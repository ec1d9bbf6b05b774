using System.Globalization;
using AgentAuth.Server.Model;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Shared;

internal enum PermissionGroup
{
    See = 0,
    Change = 1,
    Delete = 2,
    KeepAccess = 3,
}

/// <summary>A permission as people read it.</summary>
internal sealed record Permission(string Scope, string Sentence, PermissionGroup Group, bool IsRequired = false)
{
    /// <summary>What it unlocks, by the names agents call it.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];
}

/// <summary>
/// Words for scopes: a resource's own sentence for its scopes, in the reader's language where it has one, and ours for those of OpenID
/// Connect, which mean the same everywhere. Never the client's.
/// </summary>
internal static class ScopeWords
{
    public static Permission Of(string scope, Scope? known, IStringLocalizer words) => scope switch
    {
        OpenIddictConstants.Scopes.OpenId => new(scope, words["Know that it is you, by an account number"], PermissionGroup.See),
        OpenIddictConstants.Scopes.Profile => new(scope, words["See your name"], PermissionGroup.See),
        OpenIddictConstants.Scopes.Email => new(scope, words["See your e-mail address"], PermissionGroup.See),
        OpenIddictConstants.Scopes.OfflineAccess =>
            new(scope, words["Go on working while you are away, until the access ends"], PermissionGroup.KeepAccess),
        _ when known is null => new(scope, words["Use the permission “{0}”", scope], PermissionGroup.Change),
        _ => new(scope, Sentence(known), GroupOf(known.Risk), known.IsRequired) { Tools = known.ToolNames },
    };

    /// <summary>In the reader's language; in the worst case its name.</summary>
    public static string Sentence(Scope known) =>
        known.SentenceIn(CultureInfo.CurrentUICulture) is { } sentence && !string.IsNullOrWhiteSpace(sentence) ? sentence : known.Name!;

    /// <summary>Groups in the order of the enum, permissions in the order given.</summary>
    public static IReadOnlyList<IGrouping<PermissionGroup, Permission>> Grouped(IEnumerable<Permission> permissions) =>
        [.. permissions.GroupBy(p => p.Group).OrderBy(g => g.Key)];

    public static PermissionGroup GroupOf(Risk risk) => risk switch
    {
        Risk.See => PermissionGroup.See,
        Risk.Change => PermissionGroup.Change,
        _ => PermissionGroup.Delete,
    };

    public static string Title(PermissionGroup group, IStringLocalizer words) => group switch
    {
        PermissionGroup.See => words["See"],
        PermissionGroup.Change => words["Change"],
        PermissionGroup.Delete => words["Delete or spend"],
        _ => words["Keep access"],
    };

    /// <summary>What a permission of this kind can do at worst.</summary>
    public static string Meaning(PermissionGroup group, IStringLocalizer words) => group switch
    {
        PermissionGroup.See => words["It can look, and change nothing."],
        PermissionGroup.Change => words["It can add and change things. It cannot delete."],
        PermissionGroup.Delete => words["What it deletes or spends may be gone for good."],
        _ => words["It can go on by itself until its access ends, without asking you each time."],
    };

    public static string BadgeClass(PermissionGroup group) => group switch
    {
        PermissionGroup.See => "badge badge--see",
        PermissionGroup.Change => "badge badge--change",
        PermissionGroup.Delete => "badge badge--delete",
        _ => "badge",
    };
}
