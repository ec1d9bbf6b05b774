using AgentAuth.Server.Model;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace AgentAuth.Server.Commands.Rows;

internal sealed record Column(string Name, ValueKind Kind);

/// <summary>A table as the model describes it, the same on each engine. Its rows are arrays of values in the columns' order.</summary>
internal sealed record Table(string Name, IReadOnlyList<Column> Columns, IReadOnlyList<string> Key)
{
    public string QuotedName => Quote(Name);

    public string QuotedColumns => string.Join(", ", Columns.Select(c => Quote(c.Name)));

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public int IndexOf(string column) => Columns.ToList().FindIndex(c => c.Name == column);

    /// <summary>All of the model's tables, each after those it refers to.</summary>
    public static IReadOnlyList<Table> AllOf(AgentAuthDb db)
    {
        var left = db.Model.GetRelationalModel().Tables.OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
        var ordered = new List<ITable>();
        while (left.Count > 0)
        {
            var next = left.Find(t => t.ForeignKeyConstraints.All(k => k.PrincipalTable == t || ordered.Contains(k.PrincipalTable)))
                ?? throw new InvalidOperationException("Tables refer to each other in a circle.");
            left.Remove(next);
            ordered.Add(next);
        }
        return [.. ordered.Select(Of)];
    }

    /// <summary>Where PostgreSQL keeps what lies as files beside SQLite.</summary>
    public static Table ProtectionKeysOf(AgentAuthDb db) =>
        Of(db.Model.FindEntityType(typeof(DataProtectionKey))!.GetTableMappings().Single().Table);

    private static Table Of(ITable table) => new(
        table.Name,
        [.. table.Columns.Select(c => new Column(c.Name, KindOf(c)))],
        [.. table.PrimaryKey!.Columns.Select(c => c.Name)]);

    private static ValueKind KindOf(IColumn column)
    {
        var mapping = column.PropertyMappings[0].TypeMapping;
        return Values.KindOf(mapping.Converter?.ProviderClrType ?? mapping.ClrType);
    }
}
