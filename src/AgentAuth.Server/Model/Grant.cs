using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;

namespace AgentAuth.Server.Model;

/// <summary>
/// The centre of the model: what one person allowed one client at one resource, with answers going to one redirect host.
/// It is OpenIddict's authorization: every code and token hangs from it and dies with it.
/// At most one such grant lives at a time; a new yes adds to it or takes its place, and one that ended is never revived.
/// </summary>
internal sealed class Grant : OpenIddictEntityFrameworkCoreAuthorization<Guid, Client, Token>
{
    public const int MaxReasonLength = 300;

    /// <summary>As OpenIddict writes its lists: a scope's name stands there as it is, so that a statement can look for it.</summary>
    private static readonly JsonSerializerOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Guid AccountId { get; init; }

    public Guid ApplicationId { get; init; }

    public Guid ResourceId { get; init; }

    public Resource Resource { get; init; } = null!;

    /// <summary>Where the answer goes; every spelling of "this computer" is <c>localhost</c>.</summary>
    public required string RedirectHost { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person last said yes to it.</summary>
    public DateTimeOffset AllowedAt { get; private set; }

    /// <summary>No token outlives it, however often it is refreshed.</summary>
    public DateTimeOffset EndsAt { get; private set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public string? EndedBecause { get; private set; }

    public IReadOnlyList<string> AllowedScopes => Scopes is null ? [] : JsonSerializer.Deserialize<string[]>(Scopes) ?? [];

    public static Grant Of(Account account, Client client, Resource resource, string redirectHost, TimeProvider clock) => new()
    {
        Id = Guid.CreateVersion7(),
        AccountId = account.Id,
        Subject = account.Subject,
        ApplicationId = client.Id,
        Application = client,
        ResourceId = resource.Id,
        RedirectHost = redirectHost,
        Status = OpenIddictConstants.Statuses.Valid,
        Type = OpenIddictConstants.AuthorizationTypes.Permanent,
        CreatedAt = clock.GetUtcNow(),
        CreationDate = clock.GetUtcNow().UtcDateTime,
    };

    public bool IsLive(DateTimeOffset now) => Status == OpenIddictConstants.Statuses.Valid && EndsAt > now;

    /// <summary>Whether the yes was to the client as it is now.</summary>
    public bool IsFor(Client client) => client.AskAnewSince is not { } since || AllowedAt > since;

    /// <summary>Whether an answer takes away something that is allowed now.</summary>
    public bool Loses(IReadOnlyCollection<string> asked, IReadOnlyCollection<string> ticked) =>
        AllowedScopes.Intersect(asked, StringComparer.Ordinal).Except(ticked, StringComparer.Ordinal).Any();

    /// <summary>
    /// The person's newest word on the scopes that were asked: those ticked are allowed, those not ticked are not,
    /// and what was allowed before and not asked now stays.
    /// </summary>
    public void Allow(IReadOnlyCollection<string> asked, IReadOnlyCollection<string> ticked, TimeSpan lifetime, TimeProvider clock)
    {
        var scopes = AllowedScopes.Except(asked, StringComparer.Ordinal).Concat(ticked).Distinct(StringComparer.Ordinal);
        Scopes = JsonSerializer.Serialize(scopes.Order(StringComparer.Ordinal), Plainly);
        AllowedAt = clock.GetUtcNow();
        EndsAt = AllowedAt + lifetime;
        ConcurrencyToken = Guid.CreateVersion7().ToString();
    }

    /// <summary>
    /// Ends them for good, as one statement: what has ended already is left alone and not counted. The rows stay, for the record;
    /// <see cref="Revocation"/> tells the resource servers.
    /// </summary>
    public static Task<int> EndAsync(IQueryable<Grant> which, string reason, TimeProvider clock, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var version = Guid.CreateVersion7().ToString();
        return which.Where(g => g.Status == OpenIddictConstants.Statuses.Valid).ExecuteUpdateAsync(g => g
            .SetProperty(x => x.Status, OpenIddictConstants.Statuses.Revoked)
            .SetProperty(x => x.EndedAt, now)
            .SetProperty(x => x.EndedBecause, reason)
            .SetProperty(x => x.ConcurrencyToken, version), stop);
    }

    internal static void Map(EntityTypeBuilder<Grant> grant)
    {
        grant.ToTable("Grants");
        grant.Property(g => g.RedirectHost).HasMaxLength(255);
        grant.Property(g => g.EndedBecause).HasMaxLength(MaxReasonLength);
        grant.Ignore(g => g.AllowedScopes);
        grant.HasOne(g => g.Application).WithMany(c => c.Authorizations).HasForeignKey(g => g.ApplicationId)
            .OnDelete(DeleteBehavior.Cascade);
        grant.HasOne(g => g.Resource).WithMany().HasForeignKey(g => g.ResourceId).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne<Account>().WithMany().HasForeignKey(g => g.AccountId).OnDelete(DeleteBehavior.Cascade);
        grant.HasIndex(g => new { g.AccountId, g.ApplicationId, g.ResourceId, g.RedirectHost })
            .IsUnique()
            .HasFilter($"\"{nameof(Status)}\" = '{OpenIddictConstants.Statuses.Valid}'");
    }
}
