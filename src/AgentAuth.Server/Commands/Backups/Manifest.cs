using AgentAuth.Server.Commands.Rows;

namespace AgentAuth.Server.Commands.Backups;

/// <summary>What a backup says of itself before its rows, as JSON: who reads it need not know the tables of its time.</summary>
internal sealed record Manifest(
    DateTimeOffset MadeAt, string Engine, IReadOnlyList<string> Migrations, IReadOnlyList<ManifestTable> Tables);

/// <summary>A table and its columns: for each its name and a <see cref="ValueKind"/> by name.</summary>
internal sealed record ManifestTable(
    string Name, IReadOnlyList<string> Columns, IReadOnlyList<string> Kinds, IReadOnlyList<string> Key)
{
    public static ManifestTable Of(Table table) =>
        new(table.Name, [.. table.Columns.Select(c => c.Name)], [.. table.Columns.Select(c => c.Kind.ToString())], table.Key);

    public Table ToTable() => new(Name, [.. Columns.Zip(Kinds, (name, kind) => new Column(name, Enum.Parse<ValueKind>(kind)))], Key);
}
