using AgentAuth.Server.Commands;
using AgentAuth.Server.Features;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Tokens;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server;

internal sealed class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            return await (CommandLine.IsCommand(args) ? CommandLine.RunAsync(args, Console.Out, Console.Error) : ServeAsync(args));
        }
        catch (Exception failure) when (Misconfiguration.Of(failure) is { } wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Words);
            return wrong.ExitStatus;
        }
    }

    private static async Task<int> ServeAsync(string[] args)
    {
        Footprint.LimitPools();
        var app = Build(args);
        Footprint.SettleAfterStart(app.Lifetime);
        SpareThreads.Keep(app.Lifetime);
        app.Services.GetRequiredService<IStartupValidator>().Validate(); // before the database is touched
        await PrepareAsync(app);
        List<BackgroundService> chores = [.. app.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        await app.RunAsync();
        // The host ends itself, and ends well, when one of them fails: whoever watches over the process must see that it did not.
        return chores.Exists(chore => chore.ExecuteTask is { IsFaulted: true }) ? CommandLine.Failed : 0;
    }

    /// <summary>Settings are read once. Watching their files watches the whole folder, and the database may lie in it.</summary>
    internal const string Unwatched = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>What is configured, by file, environment and arguments; nothing is added to it yet.</summary>
    internal static WebApplicationBuilder Begin(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [Unwatched, .. args],
            ApplicationName = "AgentAuth.Server", // its pages are found by this name, whichever program starts it
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddQuietLogs();
        builder.AddLogLines();
        return builder;
    }

    /// <summary>The whole server, not yet started; the demo builds it too, with a mailbox of its own.</summary>
    internal static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adapt = null)
    {
        var builder = Begin(args);
        var settings = ServerSettings.Read(builder.Configuration);
        builder.AddHost(settings);
        builder.AddLoadLimits();
        builder.AddDatabase(settings);
        builder.AddKeys(settings);
        builder.AddAccounts();
        builder.AddProtocol(settings);
        builder.AddPages();
        builder.Services.AddFeatures();
        builder.AddMail();
        builder.AddTelemetry();
        adapt?.Invoke(builder);

        var app = builder.Build();
        app.UseHost(settings);
        app.UseLoadLimits();
        app.UseAnswers();
        app.UseClientRules(settings);
        app.UsePages();
        app.MapHealth();
        app.MapFeatures();
        app.MapTokens();
        return app;
    }

    /// <summary>Brings the database, the keys and the built-in rows into being; the first request finds everything there.</summary>
    internal static Task PrepareAsync(WebApplication app) => DatabaseSetup.PatientlyAsync(async stop =>
    {
        await DatabaseSetup.PrepareAsync(app.Services, stop);
        await KeySetup.LoadAsync(app.Services, stop);
        await AccountSetup.PrepareAsync(app.Services, stop);
        await PageSetup.PrepareAsync(app.Services, stop);
    }, app.Lifetime.ApplicationStopping);
}
