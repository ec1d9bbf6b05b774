using System.Security.Cryptography;
using System.Xml.Linq;
using AgentAuth.Server.Commands.Rows;
using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace AgentAuth.Server.Commands;

/// <summary>
/// What unseals the signing keys, on its way from one place to another: files of a folder, rows of a table. Held in memory meanwhile, so
/// that a command can seal and unseal with them before they have arrived.
/// </summary>
internal sealed class ProtectionKeys : IXmlRepository
{
    private readonly List<(string Name, XElement Element, bool IsNew)> _keys = [];

    public int Count => _keys.Count;

    public IEnumerable<DataProtectionKey> Made => _keys.Where(k => k.IsNew)
        .Select(k => new DataProtectionKey { FriendlyName = k.Name, Xml = k.Element.ToString(SaveOptions.DisableFormatting) });

    /// <summary>The folder's files as rows of the table that holds them elsewhere.</summary>
    public static IReadOnlyList<object?[]> RowsOf(string folder, Table table) => !Directory.Exists(folder) ? [] : [.. Directory
        .GetFiles(folder, "*.xml").Order(StringComparer.Ordinal)
        .Select((file, i) => Row(table, i + 1, Path.GetFileNameWithoutExtension(file), XElement.Load(file)))];

    public void Take(Table table, object?[] row) => _keys.Add((
        (string?)row[table.IndexOf(nameof(DataProtectionKey.FriendlyName))] ?? $"key-{_keys.Count}",
        XElement.Parse((string)row[table.IndexOf(nameof(DataProtectionKey.Xml))]!),
        false));

    /// <summary>Keeps each of the rows as it passes.</summary>
    public async IAsyncEnumerable<object?[]> TakeAllAsync(Table table, IAsyncEnumerable<object?[]> rows)
    {
        await foreach (var row in rows)
        {
            Take(table, row);
            yield return row;
        }
    }

    /// <summary>Others that are there stay: a key is named by its number, and no two are the same.</summary>
    public void SaveTo(string folder)
    {
        DatabaseSetup.CreatePrivateFolder(folder);
        foreach (var (name, element, _) in _keys)
        {
            var file = Path.Combine(folder, $"{Path.GetFileName(name)}.xml");
            using (var stream = new FileStream(file + ".arriving", PrivateFile.New()))
            {
                element.Save(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(file + ".arriving", file, overwrite: true);
        }
    }

    /// <exception cref="InvalidDataException">The keys that sealed it are not among these.</exception>
    public void MustOpen(IEnumerable<SigningKey> sealedKeys, TimeProvider clock)
    {
        var mint = Mint(clock);
        foreach (var key in sealedKeys)
        {
            try
            {
                mint.Open(key);
            }
            catch (CryptographicException unopened)
            {
                throw new InvalidDataException($"Key {key.Id:N} cannot be opened: the data protection keys that sealed it are not here. "
                    + "Restore the keys folder that belongs to this database beside it first.", unopened);
            }
        }
    }

    public KeyMint Mint(TimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName(KeySetup.ApplicationName).AddKeyManagementOptions(o => o.XmlRepository = this);
        return new(services.BuildServiceProvider().GetDataProtectionProvider(), clock);
    }

    public IReadOnlyCollection<XElement> GetAllElements() => [.. _keys.Select(k => k.Element)];

    public void StoreElement(XElement element, string friendlyName) => _keys.Add((friendlyName, element, true));

    private static object?[] Row(Table table, int id, string name, XElement element)
    {
        var row = new object?[table.Columns.Count];
        row[table.IndexOf(nameof(DataProtectionKey.Id))] = id;
        row[table.IndexOf(nameof(DataProtectionKey.FriendlyName))] = name;
        row[table.IndexOf(nameof(DataProtectionKey.Xml))] = element.ToString(SaveOptions.DisableFormatting);
        return row;
    }
}
