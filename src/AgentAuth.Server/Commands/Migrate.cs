using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Setup;

namespace AgentAuth.Server.Commands;

/// <summary><c>migrate</c>: what a server does when it starts, for who wants it done before.</summary>
internal static class Migrate
{
    public static async Task RunAsync(Errand errand)
    {
        if (errand.Server.Database == DatabaseProvider.Sqlite)
        {
            DatabaseSetup.CreatePrivateFolder(errand.Server.DataPath);
            DatabaseSetup.RefuseHalfRestored(errand.Server.ConnectionString);
        }
        await using var db = CommandDatabase.Open(errand.Server);
        IReadOnlyList<string> applied = [];
        await DatabaseSetup.PatientlyAsync(
            async stop => applied = await SchemaUpdate.RunAsync(
                db, () => errand.Out.WriteLine("Another process migrates this database; waiting for it."), stop),
            errand.Stop);
        await errand.SayAsync(applied.Count == 0
            ? $"Nothing to do: the database is at {SchemaUpdate.NewestOf(db)}."
            : $"Applied {string.Join(", ", applied)}.");
    }
}
