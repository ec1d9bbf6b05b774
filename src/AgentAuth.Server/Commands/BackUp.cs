using AgentAuth.Server.Commands.Backups;
using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Setup;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Commands;

/// <summary><c>backup FILE</c>: all rows and keys as they are at one moment, sealed; the server may go on writing.</summary>
internal static class BackUp
{
    public static async Task RunAsync(Errand errand)
    {
        var since = errand.Clock.GetTimestamp();
        var file = Path.GetFullPath(errand.Words[0]);
        Check(file);
        var passphrase = await Passphrase.OfAsync(errand);
        var unfinished = file + ".unfinished";
        try
        {
            var (manifest, rows) = await WriteAsync(unfinished, passphrase, errand);
            await MustReadAsync(unfinished, passphrase, rows);
            File.Move(unfinished, file);
            await errand.SayTableAsync(["table", "rows"], rows.Select(r => (r.Table.Name, new[] { r.Rows })));
            await errand.SayAsync($"All of it, as it was on {manifest.MadeAt:u}, is in {file}: {new FileInfo(file).Length} bytes, "
                + $"read back and found whole, after {errand.Clock.GetElapsedTime(since).TotalSeconds:F1} seconds. "
                + "Without its passphrase it is worth nothing: keep that, but not beside it.");
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static void Check(string file)
    {
        if (Path.Exists(file))
        {
            throw new FormatException($"{file} is there already; a backup overwrites nothing. Name another file.");
        }
        if (!Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new FormatException($"There is no folder {Path.GetDirectoryName(file)}.");
        }
    }

    private static async Task<(Manifest, IReadOnlyList<(Table Table, long Rows)>)> WriteAsync(
        string unfinished, string passphrase, Errand errand)
    {
        var settings = errand.Server;
        await using var db = CommandDatabase.Open(settings);
        await using var snapshot = await Snapshot.TakeAsync(
            db,
            settings.Database == DatabaseProvider.Sqlite ? table => ProtectionKeys.RowsOf(KeySetup.FolderOf(settings), table) : null,
            errand.Stop);
        // A backup nobody could start a server from is found out now, and not on the day it is needed.
        await KeysOf.MustBeThereAsync(db, snapshot, errand);
        var manifest = new Manifest(
            errand.Clock.GetUtcNow(), CommandDatabase.EngineOf(db), Schema.MigrationsOf(db), [.. snapshot.Tables.Select(ManifestTable.Of)]);
        IReadOnlyList<(Table, long)> rows;
        await using (var stream = new FileStream(unfinished, PrivateFile.New()))
        {
            rows = await BackupFile.WriteAsync(stream, passphrase, manifest, snapshot, errand.Stop);
        }
        PrivateFile.ToDisk(unfinished);
        return (manifest, rows);
    }

    private static async Task MustReadAsync(string unfinished, string passphrase, IReadOnlyList<(Table Table, long Rows)> written)
    {
        var read = new List<long>();
        await using var stream = File.OpenRead(unfinished);
        await BackupFile.ReadAsync(stream, passphrase, _ => Task.CompletedTask, async (_, rows) => read.Add(await rows.LongCountAsync()));
        if (!read.SequenceEqual(written.Select(w => w.Rows)))
        {
            throw new InvalidDataException("The backup did not read back as it was written.");
        }
    }
}
