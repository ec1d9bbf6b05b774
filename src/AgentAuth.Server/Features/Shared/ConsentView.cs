using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Specs.Uts39Confusables;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What the consent page shows: proved facts in the resource's words, the client's claims marked as claims.</summary>
internal sealed record ConsentView
{
    public required string Email { get; init; }

    public required string ClientName { get; init; }

    public required Trust Trust { get; init; }

    public required string RedirectHost { get; init; }

    public required string RedirectUri { get; init; }

    public required string ResourceName { get; init; }

    public required string ResourceHost { get; init; }

    public required IReadOnlyList<IGrouping<PermissionGroup, ScopeRow>> Groups { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public bool IsIdentity { get; init; }

    public bool IsKnown { get; init; }

    /// <summary>Scheme and host, punycode as it is sent; a path would only hide them.</summary>
    public string RedirectOrigin => Specs.Rfc6749Framework.ProvedRedirect.OriginOf(RedirectUri);

    public bool RunsHere => !IsBuiltIn && LoopbackRedirect.IsHere(RedirectHost);

    /// <summary>This server asks, for a page of its own.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary>Whose document describes the client: the host of its identifier, which only that host's owner can use.</summary>
    public string? DocumentHost { get; init; }

    /// <summary>What is proved of who asks: the host its document is on, else the one the answer goes to.</summary>
    public string ProofHost => DocumentHost ?? RedirectHost;

    /// <summary>
    /// Its name stands in the question only when somebody here answers for it: who proved a domain proved the domain, and chose the name.
    /// </summary>
    public bool IsNamed { get; init; }

    /// <summary>That its name or host can be taken for another's.</summary>
    public Likeness? Likeness { get; init; }

    /// <summary>Its picture, drawn anew by this server; only of those whose domain is proved.</summary>
    public Guid? LogoId { get; init; }

    /// <summary>Hardly anybody here uses it, and nobody vouches for it.</summary>
    public bool IsRare { get; init; }

    public bool GoesElsewhere => DocumentHost is not null && !RunsHere && DocumentHost != RedirectHost;

    public IEnumerable<string> RequiredScopes =>
        Groups.SelectMany(g => g).Where(r => r.Permission.IsRequired).Select(r => r.Permission.Scope);

    /// <param name="asked">What is asked for, and where the answer goes.</param>
    /// <param name="email">Of the person who is asked.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="resource">Where it is to act.</param>
    /// <param name="before">What the person allowed before, if it still stands.</param>
    /// <param name="endsAt">When what is allowed now ends.</param>
    /// <param name="words">In the person's language.</param>
    public static ConsentView Of(
        Asked asked, string email, Client client, Resource resource, Grant? before, DateTimeOffset endsAt, IStringLocalizer words)
    {
        var redirectHost = LoopbackRedirect.HostOf(asked.RedirectUri);
        var trust = !client.IsBuiltIn && LoopbackRedirect.IsHere(redirectHost) ? Trust.RunsOnThisComputer : client.Trust;
        var rows = asked.Scopes.Select(scope => Row(scope, trust, resource, before, words));
        return new()
        {
            Email = email,
            ClientName = client.Name,
            Trust = trust,
            RedirectHost = redirectHost,
            RedirectUri = asked.RedirectUri,
            ResourceName = resource.IsIdentity ? words["your account"] : resource.Name,
            ResourceHost = resource.Host,
            Groups = [.. rows.GroupBy(r => r.Permission.Group).OrderBy(g => g.Key)],
            EndsAt = endsAt,
            IsIdentity = resource.IsIdentity,
            IsKnown = before is not null,
            IsBuiltIn = client.IsBuiltIn,
            IsNamed = trust == Trust.VerifiedPublisher || (trust == Trust.DomainProved && TrustedNames.IsVouchedFor(client)),
            DocumentHost = client.Origin == Origin.ByDocument ? new Uri(client.ClientId!).IdnHost : null,
        };
    }

    /// <summary>What deletes is never ticked beforehand unless the publisher is verified; signing in cannot be unticked.</summary>
    private static ScopeRow Row(string scope, Trust trust, Resource resource, Grant? before, IStringLocalizer words)
    {
        var permission = ScopeWords.Of(scope, resource.Scopes.Find(s => s.Name == scope), words);
        permission = scope == OpenIddictConstants.Scopes.OpenId ? permission with { IsRequired = true } : permission;
        var isAllowed = before?.AllowedScopes.Contains(scope, StringComparer.Ordinal) == true;
        var isSafe = permission.Group != PermissionGroup.Delete || trust == Trust.VerifiedPublisher;
        return new(permission, permission.IsRequired || isAllowed || isSafe, IsNew: before is not null && !isAllowed);
    }
}

/// <summary>The part of an authorization request that people are shown.</summary>
internal sealed record Asked(string RedirectUri, IReadOnlyList<string> Scopes);
