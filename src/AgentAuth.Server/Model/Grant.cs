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
    public const int MaxLabelLength = 60;

    /// <summary>"Until I remove it": an end date that never comes.</summary>
    public static readonly DateTimeOffset Unending = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

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

    /// <summary>The person's own name for it.</summary>
    public string? Label { get; private set; }

    /// <summary>While it is set the grant gives nothing, and its tokens do nothing.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    /// <summary>The session it was allowed in, and ends with; null when it ends on its date only.</summary>
    public string? SessionId { get; private set; }

    /// <summary>So many calls a day that change, delete or spend; null: as many as there are.</summary>
    public int? ChangesPerDay { get; private set; }

    /// <summary>What deletes or spends is asked about each time.</summary>
    public bool AsksFirst { get; private set; }

    /// <summary>The things that were picked, as a JSON array of the resource's identifiers; null: all there are.</summary>
    public string? Picked { get; private set; }

    /// <summary>What its tokens say beside their scopes: <c>authorization_details</c> (RFC 9396), a JSON array; null: nothing.</summary>
    public string? Details { get; set; }

    /// <summary>When the person was told that it ends soon.</summary>
    public DateTimeOffset? RemindedAt { get; set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public string? EndedBecause { get; private set; }

    public IReadOnlyList<string>? PickedObjects => Picked is null ? null : JsonSerializer.Deserialize<string[]>(Picked);

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
    public void Allow(IReadOnlyCollection<string> asked, IReadOnlyCollection<string> ticked, GrantTerms terms, TimeProvider clock)
    {
        var scopes = AllowedScopes.Except(asked, StringComparer.Ordinal).Concat(ticked).Distinct(StringComparer.Ordinal);
        Scopes = JsonSerializer.Serialize(scopes.Order(StringComparer.Ordinal), Plainly);
        AllowedAt = clock.GetUtcNow();
        PausedAt = null; // a new yes is about using it
        (EndsAt, SessionId, RemindedAt) = (terms.EndsAt, terms.SessionId, null);
        (ChangesPerDay, AsksFirst) = (terms.ChangesPerDay, terms.AsksFirst);
        Picked = terms.Picked is null ? null : JsonSerializer.Serialize(terms.Picked, Plainly);
        Label = terms.Label is null ? Label : terms.Label.Length == 0 ? null : terms.Label;
        Changed();
    }

    public void Pause(TimeProvider clock)
    {
        PausedAt ??= clock.GetUtcNow();
        Changed();
    }

    public void Resume()
    {
        PausedAt = null;
        Changed();
    }

    /// <summary>Takes back whatever is not kept, and says what that was.</summary>
    public IReadOnlyList<string> Narrow(IReadOnlyCollection<string> kept)
    {
        var lost = AllowedScopes.Except(kept, StringComparer.Ordinal).ToList();
        Scopes = JsonSerializer.Serialize(AllowedScopes.Except(lost, StringComparer.Ordinal), Plainly);
        Changed();
        return lost;
    }

    public void EndOn(DateTimeOffset instant)
    {
        (EndsAt, SessionId, RemindedAt) = (instant, null, null);
        Changed();
    }

    public void Limit(int? changesPerDay, bool asksFirst)
    {
        (ChangesPerDay, AsksFirst) = (changesPerDay, asksFirst);
        Changed();
    }

    public void Rename(string? label)
    {
        Label = label;
        Changed();
    }

    /// <summary>
    /// When it would end if it were allowed now for as long as the last time, or for the most that may be. Never sooner than it does: the
    /// person may have chosen a later end since they were asked.
    /// </summary>
    public DateTimeOffset RenewedUntil(TimeSpan most, TimeProvider clock)
    {
        var renewed = clock.GetUtcNow() + (EndsAt - AllowedAt < most ? EndsAt - AllowedAt : most);
        return renewed > EndsAt ? renewed : EndsAt;
    }

    /// <summary>A yes to what it is, for as long again from now on, and to nothing more.</summary>
    public void Renew(TimeSpan most, TimeProvider clock)
    {
        (EndsAt, AllowedAt, RemindedAt) = (RenewedUntil(most, clock), clock.GetUtcNow(), null);
        Changed();
    }

    private void Changed() => ConcurrencyToken = Guid.CreateVersion7().ToString();

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
        grant.Property(g => g.Label).HasMaxLength(MaxLabelLength);
        grant.Property(g => g.SessionId).HasMaxLength(64);
        grant.HasIndex(g => g.SessionId);
        grant.HasIndex(g => new { g.Status, g.EndsAt });
        grant.Ignore(g => g.AllowedScopes);
        grant.Ignore(g => g.PickedObjects);
        grant.HasOne(g => g.Application).WithMany(c => c.Authorizations).HasForeignKey(g => g.ApplicationId)
            .OnDelete(DeleteBehavior.Cascade);
        grant.HasOne(g => g.Resource).WithMany().HasForeignKey(g => g.ResourceId).OnDelete(DeleteBehavior.Cascade);
        grant.HasOne<Account>().WithMany().HasForeignKey(g => g.AccountId).OnDelete(DeleteBehavior.Cascade);
        grant.HasIndex(g => new { g.AccountId, g.ApplicationId, g.ResourceId, g.RedirectHost })
            .IsUnique()
            .HasFilter($"\"{nameof(Status)}\" = '{OpenIddictConstants.Statuses.Valid}'");
    }
}

/// <summary>On what terms a person allows something.</summary>
/// <param name="EndsAt">No token outlives it; <see cref="Grant.Unending"/> for "until I remove it".</param>
internal sealed record GrantTerms(DateTimeOffset EndsAt)
{
    /// <inheritdoc cref="Grant.SessionId"/>
    public string? SessionId { get; init; }

    /// <inheritdoc cref="Grant.ChangesPerDay"/>
    public int? ChangesPerDay { get; init; }

    /// <inheritdoc cref="Grant.AsksFirst"/>
    public bool AsksFirst { get; init; }

    /// <inheritdoc cref="Grant.Picked"/>
    public IReadOnlyList<string>? Picked { get; init; }

    /// <summary>The person's own name for it; empty: none; null: what it was.</summary>
    public string? Label { get; init; }
}
