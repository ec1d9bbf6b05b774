using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Keys;
using AgentAuth.Server.Tokens.Receipts;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace AgentAuth.Server.Setup;

internal static class KeySetup
{
    /// <summary>What is sealed for one application no other opens, whichever program of ours seals it.</summary>
    public const string ApplicationName = "AgentAuth";

    /// <summary>
    /// Signing keys lie sealed in the database; what unseals them lies apart from it: in a folder of the server's user beside SQLite,
    /// in a table that all nodes share on PostgreSQL.
    /// </summary>
    public static void AddKeys(this WebApplicationBuilder builder, ServerSettings settings)
    {
        var services = builder.Services;
        var protection = services.AddDataProtection().SetApplicationName(ApplicationName);
        if (settings.Database == DatabaseProvider.Postgres)
        {
            protection.PersistKeysToDbContext<AgentAuthDb>();
        }
        else
        {
            var folder = FolderOf(settings);
            DatabaseSetup.CreatePrivateFolder(folder);
            protection.PersistKeysToFileSystem(new DirectoryInfo(folder));
        }
        services.AddSingleton<KeyMint>();
        services.AddSingleton<KeyRing>();
        services.AddScoped<KeyRotation>();
        services.AddScoped<ReceiptBook>();
        services.AddScoped<ReceiptKeys>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(p => p.GetRequiredService<KeyRing>());
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(p => p.GetRequiredService<KeyRing>());
        services.AddHostedService<WatchKeys>();
    }

    /// <summary>Where what unseals the signing keys lies beside SQLite.</summary>
    public static string FolderOf(ServerSettings settings) => Path.Combine(settings.DataPath, "keys");

    public static Task LoadAsync(IServiceProvider services, CancellationToken stop) =>
        services.GetRequiredService<KeyRing>().StartAsync(stop);
}
