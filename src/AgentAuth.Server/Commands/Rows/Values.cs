using System.Data.Common;
using NpgsqlTypes;

namespace AgentAuth.Server.Commands.Rows;

/// <summary>What a column can hold, whichever engine holds it.</summary>
internal enum ValueKind
{
    Text = 0,
    Id = 1,
    Instant = 2,
    Flag = 3,
    Whole = 4,
    Long = 5,
    Real = 6,
    Bytes = 7,
}

/// <summary>One value: from a database, into a database, into a stream and out of it.</summary>
internal static class Values
{
    public static ValueKind KindOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => ValueKind.Text,
        var t when t == typeof(Guid) => ValueKind.Id,
        var t when t == typeof(DateTime) => ValueKind.Instant,
        var t when t == typeof(bool) => ValueKind.Flag,
        var t when t == typeof(int) => ValueKind.Whole,
        var t when t == typeof(long) => ValueKind.Long,
        var t when t == typeof(double) => ValueKind.Real,
        var t when t == typeof(byte[]) => ValueKind.Bytes,
        var t => throw new InvalidOperationException($"A column holds {t.Name}; teach Values how to carry it."),
    };

    public static object? Read(DbDataReader row, int column, ValueKind kind) => row.IsDBNull(column) ? null : kind switch
    {
        ValueKind.Text => row.GetString(column),
        ValueKind.Id => row.GetGuid(column),
        ValueKind.Instant => DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc), // every instant in the model is UTC
        ValueKind.Flag => row.GetBoolean(column),
        ValueKind.Whole => row.GetInt32(column),
        ValueKind.Long => row.GetInt64(column),
        ValueKind.Real => row.GetDouble(column),
        _ => row.GetFieldValue<byte[]>(column),
    };

    public static NpgsqlDbType PostgresTypeOf(ValueKind kind) => kind switch
    {
        ValueKind.Text => NpgsqlDbType.Text,
        ValueKind.Id => NpgsqlDbType.Uuid,
        ValueKind.Instant => NpgsqlDbType.TimestampTz,
        ValueKind.Flag => NpgsqlDbType.Boolean,
        ValueKind.Whole => NpgsqlDbType.Integer,
        ValueKind.Long => NpgsqlDbType.Bigint,
        ValueKind.Real => NpgsqlDbType.Double,
        _ => NpgsqlDbType.Bytea,
    };

    public static void Write(BinaryWriter to, object? value)
    {
        to.Write(value is not null);
        switch (value)
        {
            case null: break;
            case string text: to.Write(text); break;
            case Guid id: to.Write(id.ToByteArray(bigEndian: true)); break;
            case DateTime instant: to.Write(instant.Ticks); break;
            case bool flag: to.Write(flag); break;
            case int whole: to.Write(whole); break;
            case long whole: to.Write(whole); break;
            case double real: to.Write(real); break;
            case byte[] bytes: to.Write7BitEncodedInt(bytes.Length); to.Write(bytes); break;
            default: throw new InvalidOperationException($"Nobody taught Values to write {value.GetType().Name}.");
        }
    }

    public static object? Read(BinaryReader from, ValueKind kind) => !from.ReadBoolean() ? null : kind switch
    {
        ValueKind.Text => from.ReadString(),
        ValueKind.Id => new Guid(from.ReadBytes(16), bigEndian: true),
        ValueKind.Instant => new DateTime(from.ReadInt64(), DateTimeKind.Utc),
        ValueKind.Flag => from.ReadBoolean(),
        ValueKind.Whole => from.ReadInt32(),
        ValueKind.Long => from.ReadInt64(),
        ValueKind.Real => from.ReadDouble(),
        _ => from.ReadBytes(from.Read7BitEncodedInt()),
    };

    /// <summary>Whether two engines hold the same: PostgreSQL keeps an instant to the microsecond.</summary>
    public static bool AreSame(object? one, object? other) => (one, other) switch
    {
        (DateTime a, DateTime b) => a.Ticks / TimeSpan.TicksPerMicrosecond == b.Ticks / TimeSpan.TicksPerMicrosecond,
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        _ => Equals(one, other),
    };
}
