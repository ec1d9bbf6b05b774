using System.Text;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>
/// Stored grants by the hundred thousand, each with the refresh token that hangs from it. The rows are copies of real ones in every column
/// but those that tell them apart, so that a column added to the model is filled as the server fills it.
/// </summary>
internal sealed class Growth(AgentAuthDb db, bool isPostgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public async Task PlantAsync(int from, int to)
    {
        db.Database.SetCommandTimeout(Patience);
        await PlantAsync(Grants(), from, to);
        await PlantAsync(Tokens(), from, to);
        await db.Database.ExecuteSqlRawAsync("ANALYZE");
        if (!isPostgres)
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    private string Grants() => Copies<Grant>(
        new(StringComparer.Ordinal) { [nameof(Grant.Id)] = Identifier('a'), [nameof(Grant.RedirectHost)] = "'grown-' || n" },
        $"{Quote(nameof(Grant.Status))} = 'valid' AND {Quote(nameof(Grant.RedirectHost))} NOT LIKE 'grown-%'");

    private string Tokens() => Copies<Token>(
        new(StringComparer.Ordinal)
        {
            [nameof(Token.Id)] = Identifier('b'),
            ["AuthorizationId"] = Identifier('a'),
            [nameof(Token.ReferenceId)] = "'grown-' || n",
        },
        $"{Quote(nameof(Token.Type))} LIKE '%refresh_token' AND {Quote(nameof(Token.Status))} = 'valid' "
            + $"AND {Quote(nameof(Token.ReferenceId))} NOT LIKE 'grown-%'");

    /// <summary>INSERT … SELECT over numbers and a pattern row for each, turn by turn.</summary>
    private string Copies<T>(Dictionary<string, string> told, string patterns)
    {
        var entity = db.Model.FindEntityType(typeof(T))!;
        var table = Quote(entity.GetTableName()!);
        var store = StoreObjectIdentifier.Table(entity.GetTableName()!, entity.GetSchema());
        var columns = entity.GetProperties().Select(property => property.GetColumnName(store)!).ToList();
        var sql = new StringBuilder($"INSERT INTO {table} (").AppendJoin(", ", columns.Select(Quote)).Append(") SELECT ")
            .AppendJoin(", ", columns.Select(column => told.GetValueOrDefault(column) ?? ("p." + Quote(column))));
        return sql.Append(isPostgres
                ? " FROM generate_series(@from + 1, @to) AS s(n)"
                : " FROM (WITH RECURSIVE s(n) AS (SELECT @from + 1 UNION ALL SELECT n + 1 FROM s WHERE n < @to) SELECT n FROM s) AS s")
            .Append($" JOIN (SELECT *, row_number() OVER () - 1 AS turn FROM {table} WHERE {patterns}) AS p")
            .Append($" ON p.turn = s.n % (SELECT count(*) FROM {table} WHERE {patterns})")
            .ToString();
    }

    /// <summary>The n-th identifier of a family, written as the engine keeps it.</summary>
    private string Identifier(char family) => isPostgres
        ? $"('{family}0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
        : $"printf('{char.ToUpperInvariant(family)}0000000-0000-7000-8000-%012X', n)";

    private string Quote(string column) => db.GetService<ISqlGenerationHelper>().DelimitIdentifier(column);

    private async Task PlantAsync(string sql, int from, int to)
    {
        var connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = (int)Patience.TotalSeconds;
        foreach (var (name, value) in new[] { ("@from", from), ("@to", to) })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        var planted = await command.ExecuteNonQueryAsync();
        if (planted != to - from)
        {
            throw new UnfitException($"{planted} rows were planted instead of {to - from}: are there grants with refresh tokens to copy?");
        }
    }
}
