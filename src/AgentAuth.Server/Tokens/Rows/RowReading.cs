using System.Data.Common;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Tokens.Rows;

/// <summary>Columns to records, in the order the statements name them; the same for both engines.</summary>
internal static class RowReading
{
    /// <summary>As OpenIddict writes it beside each change.</summary>
    public static string NewVersion() => Guid.CreateVersion7().ToString();

    public static TokenRow Token(DbDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), Instant(row, 3), row.IsDBNull(4) ? "" : row.GetString(4), row.GetGuid(5),
        Grant(row, 6), Person(row, 15), row.IsDBNull(19) ? null : Instant(row, 19));

    public static SessionRow Session(DbDataReader row) => new(
        row.GetString(0), Instant(row, 1), Instant(row, 2), row.GetFieldValue<byte[]>(3), row.IsDBNull(4) ? null : row.GetString(4),
        Person(row, 5), row.IsDBNull(9) ? null : Grant(row, 9));

    public static Notice Notice(DbDataReader row)
    {
        // A word of a newer version that is not known here is taken as news of the catalog: at least nothing older is believed.
        if (!Enum.TryParse<RevocationKind>(row.GetString(1), out var kind))
        {
            return new(row.GetGuid(0), null, row.GetString(2) == "key");
        }
        return new(row.GetGuid(0), new()
        {
            Id = row.GetGuid(0),
            Kind = kind,
            Value = row.GetString(2),
            At = Instant(row, 3),
            ForgetAt = Instant(row, 4),
            Scopes = row.IsDBNull(5) ? null : row.GetString(5),
        });
    }

    private static GrantRow Grant(DbDataReader row, int at) => new(
        row.GetGuid(at), row.GetString(at + 1), row.IsDBNull(at + 2) ? null : row.GetString(at + 2), Instant(row, at + 3),
        row.IsDBNull(at + 4) ? null : Instant(row, at + 4), row.GetGuid(at + 5), row.GetBoolean(at + 6),
        row.IsDBNull(at + 7) ? null : row.GetString(at + 7), row.GetBoolean(at + 8));

    private static PersonRow Person(DbDataReader row, int at) => new(
        row.GetGuid(at), row.IsDBNull(at + 1) ? null : row.GetString(at + 1), row.GetBoolean(at + 2), row.GetBoolean(at + 3));

    private static DateTimeOffset Instant(DbDataReader row, int at) =>
        new(DateTime.SpecifyKind(row.GetDateTime(at), DateTimeKind.Utc));
}
