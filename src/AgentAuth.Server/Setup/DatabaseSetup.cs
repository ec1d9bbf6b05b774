using System.Data.Common;
using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using Microsoft.EntityFrameworkCore;

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
                o => o.UseNpgsql(settings.ConnectionString, p => p.CommandTimeout(CommandTimeoutSeconds)));
            services.AddScoped<AgentAuthDb>(p => p.GetRequiredService<PostgresDb>());
            return;
        }
        CreatePrivateFolder(settings.DataPath);
        services.AddSingleton<SqliteDurability>();
        services.AddDbContextPool<SqliteDb>((p, o) => o
            .UseSqlite(settings.ConnectionString, s => s.CommandTimeout(CommandTimeoutSeconds))
            .AddInterceptors(p.GetRequiredService<SqliteDurability>()));
        services.AddScoped<AgentAuthDb>(p => p.GetRequiredService<SqliteDb>());
    }

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
        if (!await db.Resources.AnyAsync(r => r.IsIdentity && r.Identifier == issuer.Value, stop))
        {
            await db.Resources.Where(r => r.IsIdentity).ExecuteDeleteAsync(stop); // tokens for another issuer's name are worth nothing
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
