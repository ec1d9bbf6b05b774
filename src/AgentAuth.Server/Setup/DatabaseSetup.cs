using System.Data.Common;
using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AgentAuth.Server.Setup;

internal static class DatabaseSetup
{
    /// <summary>A statement that takes longer is given up: the request is answered 503 rather than left hanging.</summary>
    private const int CommandTimeoutSeconds = 4;

    private const int StartAttempts = 5;

    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(200);

    public static void AddDatabase(this WebApplicationBuilder builder, ServerSettings settings)
    {
        var services = builder.Services;
        services.AddHostedService<Prune>();
        if (settings.Database == DatabaseProvider.Postgres)
        {
            services.AddDbContextPool<PostgresDb>(
                o => Quietly(o.UseNpgsql(settings.ConnectionString, p => p.CommandTimeout(CommandTimeoutSeconds))));
            services.AddScoped<AgentAuthDb>(p => p.GetRequiredService<PostgresDb>());
            return;
        }
        CreatePrivateFolder(settings.DataPath);
        services.AddSingleton<SqliteDurability>();
        services.AddDbContextPool<SqliteDb>((p, o) => Quietly(o
            .UseSqlite(settings.ConnectionString, s => s.CommandTimeout(CommandTimeoutSeconds)))
            .AddInterceptors(p.GetRequiredService<SqliteDurability>()));
        services.AddScoped<AgentAuthDb>(p => p.GetRequiredService<SqliteDb>());
    }

    /// <summary>A statement that fails is told once, by who asked for it, and not as a red line when looking for a table is how it is found
    /// missing.</summary>
    private static DbContextOptionsBuilder Quietly(DbContextOptionsBuilder options) =>
        options.ConfigureWarnings(w => w.Log((RelationalEventId.CommandError, LogLevel.Debug)));

    /// <summary>
    /// Nodes that start together on an empty database make the same first rows; who loses finds them there the next time it looks. A
    /// database
    /// that is still starting is given the same patience.
    /// </summary>
    public static async Task PatientlyAsync(Func<CancellationToken, Task> prepare, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await prepare(stop);
                return;
            }
            catch (Exception failure) when (failure is DbException or DbUpdateException && attempt < StartAttempts)
            {
                await Task.Delay(StartPause * attempt, TimeProvider.System, stop);
            }
        }
    }

    public static async Task PrepareAsync(IServiceProvider services, CancellationToken stop)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await db.Database.MigrateAsync(stop);
        var issuer = scope.ServiceProvider.GetRequiredService<Issuer>();
        // Tokens for another issuer's name are worth nothing; what people allowed stays on record.
        var renamed = await db.Resources.Where(r => r.IsIdentity)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.Identifier, issuer.Value), stop);
        if (renamed == 0)
        {
            var clock = scope.ServiceProvider.GetRequiredService<TimeProvider>();
            db.Add(new Resource { Identifier = issuer.Value, Name = "Your account", CreatedAt = clock.GetUtcNow(), IsIdentity = true });
            await db.SaveChangesAsync(stop);
        }
    }

    /// <summary>The folder holds keys: nobody but the server's user may look into it.</summary>
    internal static void CreatePrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(path, ownerOnly);
    }
}
