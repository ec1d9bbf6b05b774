using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Specs.Uts39Confusables;
using Microsoft.Extensions.Localization;

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

    /// <summary>What is asked, with what is ticked beforehand.</summary>
    public required IReadOnlyList<ScopeRow> Rows { get; init; }

    public required ConsentOptions Options { get; init; }

    public Before Before { get; init; }

    /// <summary>What was allowed before and is not asked now.</summary>
    public IReadOnlyList<Permission> NoLongerAsked { get; init; } = [];

    public bool IsIdentity { get; init; }

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

    /// <summary>What it publishes about itself, on the host that is proved; nothing of those who proved none.</summary>
    public IReadOnlyList<ClientLink> Links { get; init; } = [];

    /// <summary>Hardly anybody here uses it, and nobody vouches for it.</summary>
    public bool IsRare { get; init; }

    /// <summary>The browser did not come from a page of who asks.</summary>
    public bool ArrivedCold { get; init; }

    public bool GoesElsewhere => DocumentHost is not null && !RunsHere && DocumentHost != RedirectHost;

    public IReadOnlyList<string> RequiredScopes => [.. Rows.Where(r => r.IsRequired).Select(r => r.Scope)];

    /// <summary>Only reading is a choice where something can be read, and more is asked than that.</summary>
    public bool HasPresets => Rows.Any(r => !r.OnlyReads && !r.IsRequired) && Rows.Any(r => r.Permission.Group == PermissionGroup.See);

    public IReadOnlyList<string> ScopesOf(Preset preset) =>
    [
        .. Rows.Where(r => r.IsRequired || preset switch
        {
            Preset.Read => r.OnlyReads,
            Preset.All => true,
            _ => r.IsTicked,
        }).Select(r => r.Scope),
    ];

    public Sum SumOf(Preset preset) =>
        Sum.Of(Rows.Where(r => ScopesOf(preset).Contains(r.Scope, StringComparer.Ordinal)).Select(r => r.Permission.Group));

    /// <param name="asked">What is asked for, and where the answer goes.</param>
    /// <param name="email">Of the person who is asked.</param>
    /// <param name="client">Who asks.</param>
    /// <param name="resource">Where it is to act.</param>
    /// <param name="before">What the person allowed before, if it has not been ended.</param>
    /// <param name="limits">What the ends are counted from.</param>
    /// <param name="words">In the person's language.</param>
    public static ConsentView Of(
        Asked asked, string email, Client client, Resource resource, Grant? before, TermLimits limits, IStringLocalizer words)
    {
        var redirectHost = LoopbackRedirect.HostOf(asked.RedirectUri);
        var trust = !client.IsBuiltIn && LoopbackRedirect.IsHere(redirectHost) ? Trust.RunsOnThisComputer : client.Trust;
        var how = HowBefore(before, client, limits.Now);
        var standing = how is Before.Allowed or Before.Paused ? before : null;
        var rows = new ConsentRows(resource, trust, client.IsBuiltIn, before, standing, words);
        var isProved = client.IsBuiltIn || trust >= Trust.DomainProved;
        var documentHost = client.Origin == Origin.ByDocument ? new Uri(client.ClientId!).IdnHost : null;
        return new()
        {
            Email = email,
            ClientName = client.Name,
            Trust = trust,
            RedirectHost = redirectHost,
            RedirectUri = asked.RedirectUri,
            ResourceName = resource.IsIdentity ? words["your account"] : resource.Name,
            ResourceHost = resource.Host,
            Rows = rows.Of(asked.Scopes),
            NoLongerAsked = rows.NoLongerAsked(asked.Scopes),
            Options = ConsentOptions.Of(rows.Of(asked.Scopes), isProved, standing, limits, words),
            Before = how,
            IsIdentity = resource.IsIdentity,
            IsBuiltIn = client.IsBuiltIn,
            IsNamed = trust == Trust.VerifiedPublisher || (trust == Trust.DomainProved && TrustedNames.IsVouchedFor(client)),
            DocumentHost = documentHost,
            Links = trust >= Trust.DomainProved ? ClientLink.Of(client, documentHost ?? redirectHost) : [],
        };
    }

    private static Before HowBefore(Grant? before, Client client, DateTimeOffset now) => before switch
    {
        null => Before.Never,
        _ when !before.IsFor(client) => Before.AnotherClient,
        _ when !before.IsLive(now) => Before.Over,
        { PausedAt: not null } => Before.Paused,
        _ => Before.Allowed,
    };
}

/// <summary>What there is of an older yes.</summary>
internal enum Before
{
    Never = 0,

    /// <summary>It stands: an answer adds to it or takes from it.</summary>
    Allowed = 1,

    /// <summary>It stands, but the person paused it.</summary>
    Paused = 2,

    /// <summary>It reached its end date.</summary>
    Over = 3,

    /// <summary>The client has changed what it says of itself since.</summary>
    AnotherClient = 4,
}

/// <summary>The part of an authorization request that people are shown.</summary>
internal sealed record Asked(string RedirectUri, IReadOnlyList<string> Scopes);
