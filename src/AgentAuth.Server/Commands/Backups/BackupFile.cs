using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Commands.Rows;

namespace AgentAuth.Server.Commands.Backups;

/// <summary>
/// The rows of a backup: sealed, within the seal compressed, within that the manifest and then table by table each row and how many there
/// were. docs/backup-format.md describes every byte.
/// </summary>
internal static class BackupFile
{
    /// <returns>How many rows of each table were written.</returns>
    public static async Task<IReadOnlyList<(Table Table, long Rows)>> WriteAsync(
        Stream file, string passphrase, Manifest manifest, Snapshot snapshot, CancellationToken stop)
    {
        var key = BackupKey.New(passphrase);
        await file.WriteAsync(key.Header, stop);
        await using var sealing = new SealingStream(file, key);
        var written = new List<(Table, long)>();
        await using (var compressing = new GZipStream(sealing, CompressionLevel.Fastest, leaveOpen: true))
        {
            await using var to = new BinaryWriter(compressing, Encoding.UTF8, leaveOpen: true);
            to.Write(JsonSerializer.Serialize(manifest));
            foreach (var table in snapshot.Tables)
            {
                written.Add((table, await WriteTableAsync(to, snapshot.RowsAsync(table, stop))));
            }
        }
        sealing.Complete();
        return written;
    }

    /// <summary>Reads the whole file; who is given a row must wait for the end before it is believed that there are no more.</summary>
    /// <exception cref="InvalidDataException">Not a backup, another passphrase, damaged or cut off.</exception>
    public static async Task ReadAsync(
        Stream file, string passphrase, Func<Manifest, Task> begin, Func<Table, IAsyncEnumerable<object?[]>, Task> take)
    {
        var key = BackupKey.Open(passphrase, file);
        await using var opening = new UnsealingStream(file, key);
        await using var expanding = new GZipStream(opening, CompressionMode.Decompress);
        using var from = new BinaryReader(expanding, Encoding.UTF8);
        try
        {
            var manifest = JsonSerializer.Deserialize<Manifest>(from.ReadString())!;
            await begin(manifest);
            foreach (var table in manifest.Tables.Select(t => t.ToTable()))
            {
                var rows = new TableRows(from, table);
                await take(table, rows.AllAsync());
                rows.MustBeOver();
            }
            if (expanding.ReadByte() >= 0)
            {
                throw new InvalidDataException("The backup goes on where it should end; nothing was restored.");
            }
        }
        catch (EndOfStreamException early)
        {
            throw new InvalidDataException("The backup ends too early; nothing was restored.", early);
        }
    }

    private static async Task<long> WriteTableAsync(BinaryWriter to, IAsyncEnumerable<object?[]> rows)
    {
        long count = 0;
        await foreach (var row in rows)
        {
            to.Write(true);
            foreach (var value in row)
            {
                Values.Write(to, value);
            }
            count++;
        }
        to.Write(false);
        to.Write(count);
        return count;
    }

    private sealed class TableRows(BinaryReader from, Table table)
    {
        private long _count;
        private bool _isOver;

        public async IAsyncEnumerable<object?[]> AllAsync([EnumeratorCancellation] CancellationToken stop = default)
        {
            while (from.ReadBoolean())
            {
                stop.ThrowIfCancellationRequested();
                _count++;
                yield return [.. table.Columns.Select(c => Values.Read(from, c.Kind))];
            }
            _isOver = from.ReadInt64() == _count;
            await Task.CompletedTask;
        }

        public void MustBeOver()
        {
            if (!_isOver)
            {
                throw new InvalidDataException($"The rows of {table.Name} are not all here; nothing was restored.");
            }
        }
    }
}
