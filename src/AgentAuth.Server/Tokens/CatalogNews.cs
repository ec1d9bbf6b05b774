using System.Data.Common;
using System.Runtime.CompilerServices;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Whoever changes a client, its secrets, a resource or a scope leaves a notice of it, in the same transaction, for the other nodes; this
/// one forgets what it remembered as soon as that is committed. Statements that change clients without their entities go with a scope that
/// is taken away, which is seen, or leave the notice themselves. A client that is added is no news: nobody remembers who was not there, and
/// anybody can introduce one, which must cost other clients nothing. When a secret was last used is none either.
/// </summary>
internal sealed class CatalogNews(Catalog catalog, TimeProvider clock) : DbTransactionInterceptor, ISaveChangesInterceptor
{
    private static readonly object IsOld = new();
    private static readonly ConditionalWeakTable<DbContext, object> Uncommitted = [];

    public ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is AgentAuthDb db)
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
        var changes = db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted);
        var isTold = false;
        var isNews = false;
        foreach (var change in changes)
        {
            isTold |= change is { Entity: CatalogChange, State: EntityState.Added };
            isNews |= change is { Entity: Secret or Resource or Scope } or { Entity: Client, State: not EntityState.Added };
        }
        if (isNews && !isTold)
        {
            db.Add(new CatalogChange { At = clock.GetUtcNow() });
        }
        if (isNews || isTold)
        {
            Uncommitted.AddOrUpdate(db, IsOld);
        }
    }

    private void Committed(DbContext db)
    {
        if (Uncommitted.Remove(db))
        {
            catalog.Forget();
        }
    }
}
