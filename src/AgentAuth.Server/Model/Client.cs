using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.EntityFrameworkCore.Models;

namespace AgentAuth.Server.Model;

/// <summary>How much of what a client says about itself is proved; decides what the consent page shows.</summary>
internal enum Trust
{
    /// <summary>Nobody vouches for it: its name is its own claim.</summary>
    SelfDeclared = 0,

    /// <summary>Its answers go to a program on the person's own computer, which any program can pose as.</summary>
    RunsOnThisComputer = 1,

    /// <summary>Whoever registered it here vouches for the host of its redirect URIs.</summary>
    DomainProved = 2,

    /// <summary>An administrator approved its publisher.</summary>
    VerifiedPublisher = 3,
}

/// <summary>How a client came to be here.</summary>
internal enum Origin
{
    /// <summary>Somebody registered it by hand, and vouches for it.</summary>
    ByAdministrator = 0,

    /// <summary>Its identifier is the address of a document about it (client ID metadata document).</summary>
    ByDocument = 1,

    /// <summary>It asked to be registered (RFC 7591).</summary>
    ByItself = 2,

    /// <summary>A developer registered it in the portal, and vouches for nothing.</summary>
    ByDeveloper = 3,
}

/// <summary>An agent's registration: OpenIddict's application with what people need to know of it.</summary>
internal sealed class Client : OpenIddictEntityFrameworkCoreApplication<Guid, Grant, Token>
{
    public const int MaxClientIdLength = 512;
    public const int MaxTagLength = 200;
    public const int HashLength = 64;

    /// <summary>The developer portal's playground: this server asking itself.</summary>
    public const string PlaygroundId = "agentauth-playground";

    /// <summary>
    /// A node may issue by what it remembers until it hears of an end: four seconds at most until that is committed, one until the news is
    /// read. What it issued so late is dead as well.
    /// </summary>
    public static readonly TimeSpan LateTokens = TimeSpan.FromSeconds(5);

    private ReadPermissionSet? _permissionSet;

    public DateTimeOffset CreatedAt { get; set; }

    public Trust Trust { get; set; }

    /// <summary>An administrator decided that less is shown of it than it could prove: nothing raises it by itself.</summary>
    public bool IsTrustHeld { get; private set; }

    public Origin Origin { get; init; }

    /// <summary>What it says of itself, as JSON, when it said so itself.</summary>
    public string? Metadata { get; set; }

    /// <summary>SHA-256, in hex, of what makes it the same software when it registers again.</summary>
    public string? Software { get; set; }

    /// <summary>SHA-256, in hex, of the token that manages its registration (RFC 7592).</summary>
    public string? ManagementToken { get; set; }

    public DateTimeOffset? DocumentReadAt { get; set; }

    public DateTimeOffset? DocumentFreshUntil { get; set; }

    /// <summary>The document's ETag.</summary>
    public string? DocumentTag { get; set; }

    /// <summary>What people allowed until this instant they allowed to something else: it got another name, address or key.</summary>
    public DateTimeOffset? AskAnewSince { get; private set; }

    /// <summary>It was taken back by itself; kept to be told from one that never was.</summary>
    public DateTimeOffset? RemovedAt { get; private set; }

    /// <summary>The developer it belongs to; null: an administrator registered it, or nobody here did.</summary>
    public Guid? OwnerId { get; set; }

    /// <summary>A developer's app has its secrets here, each with its dates; whoever else has one has it as OpenIddict keeps it.</summary>
    public List<Secret> Secrets { get; } = [];

    public DateTimeOffset? BlockedAt { get; private set; }

    /// <summary>Access tokens issued to the client at or before this instant are dead, grants or not.</summary>
    public DateTimeOffset? TokensDeadBefore { get; private set; }

    /// <summary>What it may do, as OpenIddict writes it: read from its list once, however often it is asked.</summary>
    public IReadOnlySet<string> PermissionSet => _permissionSet is { } known && known.Of == Permissions ? known.Set : ReadPermissions();

    /// <summary>What people call it: the name it was registered with, else its identifier.</summary>
    public string Name => string.IsNullOrWhiteSpace(DisplayName) ? ClientId! : DisplayName;

    /// <summary>Part of this server, and not somebody's.</summary>
    public bool IsBuiltIn => ClientId == PlaygroundId;

    public void Block(TimeProvider clock)
    {
        BlockedAt ??= clock.GetUtcNow();
        KillTokens(clock);
    }

    public void Unblock()
    {
        BlockedAt = null;
        Changed();
    }

    public void Remove(TimeProvider clock)
    {
        RemovedAt ??= clock.GetUtcNow();
        Block(clock);
    }

    public void AskAnew(TimeProvider clock)
    {
        AskAnewSince = clock.GetUtcNow();
        Changed();
    }

    public void SetTrust(Trust trust)
    {
        Trust = trust;
        Changed();
    }

    /// <summary>By an administrator, whose word is the last.</summary>
    public void DecideTrust(Trust trust)
    {
        IsTrustHeld = trust < Trust.DomainProved;
        SetTrust(trust);
    }

    public void KillTokens(TimeProvider clock)
    {
        TokensDeadBefore = clock.GetUtcNow() + LateTokens;
        Changed();
    }

    /// <summary>Whether a token issued now would be dead already.</summary>
    public bool KillsTokensOf(DateTimeOffset now) => TokensDeadBefore?.ToUnixTimeSeconds() >= now.ToUnixTimeSeconds();

    private HashSet<string> ReadPermissions()
    {
        var set = Permissions is null ? [] : JsonSerializer.Deserialize<HashSet<string>>(Permissions) ?? [];
        _permissionSet = new(Permissions, set);
        return set;
    }

    /// <summary>OpenIddict writes whole rows: whoever read this one before must not write it back.</summary>
    public void Changed() => ConcurrencyToken = Guid.CreateVersion7().ToString();

    internal static void Map(EntityTypeBuilder<Client> client)
    {
        client.ToTable("Clients");
        client.Property(c => c.ClientId).HasMaxLength(MaxClientIdLength);
        client.Property(c => c.Trust).HasConversion<string>().HasMaxLength(30);
        client.Property(c => c.Origin).HasConversion<string>().HasMaxLength(20).HasDefaultValue(Origin.ByAdministrator);
        client.Property(c => c.Software).HasMaxLength(HashLength);
        client.Property(c => c.ManagementToken).HasMaxLength(HashLength);
        client.Property(c => c.DocumentTag).HasMaxLength(MaxTagLength);
        client.HasIndex(c => new { c.Origin, c.CreatedAt });
        client.HasIndex(c => c.OwnerId);
        client.HasMany(c => c.Secrets).WithOne().HasForeignKey(s => s.ApplicationId).OnDelete(DeleteBehavior.Cascade);
        client.Ignore(c => c.Name);
        client.Ignore(c => c.IsBuiltIn);
        client.Ignore(c => c.PermissionSet);
    }

    private sealed record ReadPermissionSet(string? Of, HashSet<string> Set);
}
