using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.Rows;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace AgentAuth.Server.Setup;

internal static class DatabaseSetup
{
    private const int StartAttempts = 5;

    /// <summary>PostgreSQL keeps so many of a connection's statements prepared.</summary>
    private const int PreparedStatements = 100;

    /// <summary>Beside a SQLite file: one that is being restored, and the one it replaced.</summary>
    public const string Restoring = ".restoring";
    public const string BeforeRestore = ".before-restore";

    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(200);

    public static void AddDatabase(this WebApplicationBuilder builder, ServerSettings settings)
    {
        var services = builder.Services;
        services.AddSingleton<Turns>();
        services.AddHostedService<Prune>();
        services.AddHostedService<WriteRefusals>();
        services.AddHostedService<WriteSecretUses>();
        services.AddHostedService<WriteActivities>();
        services.AddHostedService<FetchLogos>();
        services.AddHostedService<CheckDomains>();
        services.AddHostedService<EndWithSessions>();
        services.AddSingleton<CatalogNews>();
        if (settings.Database == DatabaseProvider.Postgres)
        {
            services.AddSource(settings.ConnectionString);
            services.AddSingleton<HotRows, PostgresRows>();
            services.AddDbContextPool<PostgresDb>((p, o) => Quietly(o
                .UseNpgsql(p.GetRequiredService<NpgsqlDataSource>()))
                .AddInterceptors(p.GetRequiredService<CatalogNews>()));
            services.AddScoped<AgentAuthDb>(p => p.GetRequiredService<PostgresDb>());
            return;
        }
        CreatePrivateFolder(settings.DataPath);
        RefuseHalfRestored(settings.ConnectionString);
        services.AddSingleton<WriteGate>();
        services.AddSingleton<WriteTurns>();
        var durability = new SqliteDurability(settings.Synchronous);
        SqliteStatements Open() => Statements(settings.ConnectionString, durability);
        services.AddSingleton(p => new GroupCommit(Open, p.GetRequiredService<WriteGate>()));
        services.AddSingleton<HotRows>(p => new SqliteRows(Open, p.GetRequiredService<GroupCommit>()));
        services.AddDbContextPool<SqliteDb>((p, o) => Quietly(o
            .UseSqlite(settings.ConnectionString, s => s.CommandTimeout(SqliteDurability.BusySeconds)))
            .AddInterceptors(durability, p.GetRequiredService<WriteTurns>(), p.GetRequiredService<CatalogNews>()));
        services.AddScoped<AgentAuthDb>(p => p.GetRequiredService<SqliteDb>());
    }

    /// <summary>
    /// Statements are prepared once a connection, also those EF writes. Of several hosts only the one that may be written to is asked.
    /// </summary>
    private static void AddSource(this IServiceCollection services, string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.MaxAutoPrepare = PreparedStatements;
        if (builder.ConnectionStringBuilder.Host?.Contains(',', StringComparison.Ordinal) != true)
        {
            services.AddSingleton(_ => builder.Build());
            return;
        }
        builder.ConnectionStringBuilder.TargetSessionAttributes = null; // the source says it, below
        services.AddSingleton(_ => builder.BuildMultiHost());
        services.AddSingleton(p => p.GetRequiredService<NpgsqlMultiHostDataSource>().WithTargetSession(TargetSessionAttributes.Primary));
        services.AddHostedService(p => ActivatorUtilities.CreateInstance<WatchPrimary>(p, connectionString));
    }

    /// <summary>A connection of its own, closed with its owner: the pool would keep the file open behind it.</summary>
    private static SqliteStatements Statements(string connectionString, SqliteDurability durability)
    {
#pragma warning disable CA2000 // it goes with the statements
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString())
        {
            DefaultTimeout = SqliteDurability.BusySeconds,
        };
#pragma warning restore CA2000
        connection.Open();
        durability.Prepare(connection);
        return new(connection);
    }

    /// <summary>
    /// What fails is told once, by who asked for it: not as a red line when looking for a table is how it is found missing, and not as
    /// three stacks for each request while the database is away.
    /// </summary>
    private static DbContextOptionsBuilder Quietly(DbContextOptionsBuilder options) => options.ConfigureWarnings(w => w.Log(
        (RelationalEventId.CommandError, LogLevel.Debug), (RelationalEventId.ConnectionError, LogLevel.Debug),
        (RelationalEventId.TransactionError, LogLevel.Debug), (CoreEventId.QueryIterationFailed, LogLevel.Debug),
        (CoreEventId.SaveChangesFailed, LogLevel.Debug)));

    /// <summary>
    /// Nodes that start together on an empty database make the same first rows; who loses finds them there the next time it looks. A
    /// database that is still starting is given the same patience.
    /// </summary>
    /// <exception cref="FormatException">It cannot be used as it is set; the message says why in one line.</exception>
    /// <exception cref="NotNowException">It stayed away.</exception>
    public static async Task PatientlyAsync(Func<CancellationToken, Task> prepare, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await prepare(stop);
                return;
            }
            catch (Exception failure) when (StartTrouble.Of(failure) is { } trouble)
            {
                if (trouble.StaysSo)
                {
                    throw new FormatException(trouble.Words, failure);
                }
                if (attempt == StartAttempts)
                {
                    throw new NotNowException(trouble.Words, failure);
                }
                await Task.Delay(StartPause * attempt, TimeProvider.System, stop);
            }
        }
    }

    public static async Task PrepareAsync(IServiceProvider services, CancellationToken stop)
    {
        services.GetService<NpgsqlMultiHostDataSource>()?.ClearDatabaseStates(); // who was not there the last time is asked again
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await SchemaUpdate.RunAsync(
            db, () => Console.Error.WriteLine("Another process migrates this database; waiting for it."), stop);
        var issuer = scope.ServiceProvider.GetRequiredService<Issuer>();
        // Tokens for another issuer's name are worth nothing; what people allowed stays on record.
        var renamed = await db.Database.ExecuteSqlAsync(
            $"UPDATE \"Resources\" SET \"Identifier\" = {issuer.Value} WHERE \"IsIdentity\"", stop);
        if (renamed == 0)
        {
            var clock = scope.ServiceProvider.GetRequiredService<TimeProvider>();
            db.Add(new Resource { Identifier = issuer.Value, Name = "Your account", CreatedAt = clock.GetUtcNow(), IsIdentity = true });
            await db.SaveChangesAsync(stop);
        }
    }

    /// <summary>An empty installation in the place of the one being restored would look like one that lost everything.</summary>
    /// <exception cref="FormatException">So it is.</exception>
    internal static void RefuseHalfRestored(string connectionString)
    {
        var file = new SqliteConnectionStringBuilder(connectionString).DataSource;
        if (!File.Exists(file) && Array.Find([file + Restoring, file + BeforeRestore], File.Exists) is { } left)
        {
            throw new FormatException($"A restore was cut off here, or is still running: there is {left} and no {file}. Restore the "
                + "backup again; or, to start without it, take that file away.");
        }
    }

    /// <summary>The folder holds keys: nobody but the server's user may look into it.</summary>
    internal static void CreatePrivateFolder(string path)
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
                return;
            }
            Directory.CreateDirectory(path, ownerOnly);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FormatException(
                $"The folder {path} cannot be made: {failure.Message} Say where the server may write: --AgentAuth:DataPath=DIR", failure);
        }
    }
}
