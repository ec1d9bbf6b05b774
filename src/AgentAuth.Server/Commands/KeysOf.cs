using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Commands;

/// <summary>The keys of a database that is read as it is at one moment.</summary>
internal static class KeysOf
{
    /// <exception cref="FormatException">No server has started here yet, so there is nothing to carry.</exception>
    /// <exception cref="InvalidDataException">What unseals the signing keys is not there.</exception>
    public static async Task MustBeThereAsync(AgentAuthDb db, Snapshot snapshot, Errand errand)
    {
        var now = errand.Clock.GetUtcNow();
        var inForce = await db.SigningKeys.AsNoTracking().Where(k => k.GoneAt == null || k.GoneAt > now).ToListAsync(errand.Stop);
        if (inForce.Count == 0)
        {
            throw new FormatException("The database holds no keys yet: no server has started on it.");
        }
        (await ReadAsync(db, snapshot, errand.Stop)).MustOpen(inForce, errand.Clock);
    }

    private static async Task<ProtectionKeys> ReadAsync(AgentAuthDb db, Snapshot snapshot, CancellationToken stop)
    {
        var (keys, table) = (new ProtectionKeys(), Table.ProtectionKeysOf(db));
        await foreach (var row in snapshot.RowsAsync(table, stop))
        {
            keys.Take(table, row);
        }
        return keys;
    }
}
