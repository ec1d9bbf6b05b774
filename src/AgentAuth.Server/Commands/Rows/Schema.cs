using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Commands.Rows;

/// <summary>Whether a database has this program's tables.</summary>
internal static class Schema
{
    public const string NoneHere = "There is no database here: it is made when the server first starts. "
        + "If it did, say where it keeps its data: --AgentAuth:DataPath=DIR";

    /// <exception cref="FormatException">There is no database, or it is older or newer than this program.</exception>
    public static async Task MustBeThisAsync(AgentAuthDb db, CancellationToken stop)
    {
        var pending = await SchemaUpdate.PendingAsync(db, stop);
        if (pending.Count == db.Database.GetMigrations().Count())
        {
            throw new FormatException(NoneHere);
        }
        if (pending.Count > 0)
        {
            throw new FormatException($"The database is older than this program: {SchemaUpdate.NameOf(pending[0])} is missing. "
                + "Run the command migrate first.");
        }
    }

    /// <summary>The migrations this program knows, oldest first, as both engines call them.</summary>
    public static string[] MigrationsOf(AgentAuthDb db) => [.. db.Database.GetMigrations().Select(SchemaUpdate.NameOf)];
}
