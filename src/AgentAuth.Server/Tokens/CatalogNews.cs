using System.Data.Common;
using System.Runtime.CompilerServices;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Whoever changes a client, its secrets, a resource or a scope leaves a notice of it, in the same transaction, for the other nodes; this
/// one forgets what it remembered as soon as that is committed. The one statement that changes clients without their entities goes with a
/// scope that is taken away, which is seen; when a secret was last used is no news.
/// </summary>
internal sealed class CatalogNews(Catalog catalog, TimeProvider clock) : DbTransactionInterceptor, ISaveChangesInterceptor
{
    private static readonly object IsOld = new();
    private static readonly ConditionalWeakTable<DbContext, object> Uncommitted = [];

    public ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is AgentAuthDb db && db.ChangeTracker.Entries().Any(IsNews))
        {
            Tell(db, clock);
        }
        return new(result);
    }

    public ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { Database.CurrentTransaction: null } db)
        {
            Committed(db);
        }
        return new(result);
    }

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } db)
        {
            Committed(db);
        }
        return Task.CompletedTask;
    }

    private static void Tell(AgentAuthDb db, TimeProvider clock)
    {
        db.Add(new CatalogChange { At = clock.GetUtcNow() });
        Uncommitted.AddOrUpdate(db, IsOld);
    }

    private static bool IsNews(Microsoft.EntityFrameworkCore.ChangeTracking.EntityEntry entry) =>
        entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted
        && entry.Entity is Client or Secret or Resource or Scope;

    private void Committed(DbContext db)
    {
        if (Uncommitted.Remove(db))
        {
            catalog.Forget();
        }
    }
}
