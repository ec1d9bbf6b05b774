using AgentAuth.Server.Commands;
using AgentAuth.Server.Features;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Tokens;

namespace AgentAuth.Server;

internal sealed class Program
{
    public static async Task<int> Main(string[] args)
    {
        try
        {
            return await (CommandLine.IsCommand(args) ? CommandLine.RunAsync(args, Console.Out, Console.Error) : ServeAsync(args));
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return CommandLine.Misused;
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{taken.Message.TrimEnd('.')}. Listen elsewhere: --urls=http://127.0.0.1:PORT");
            return 2;
        }
    }

    private static async Task<int> ServeAsync(string[] args)
    {
        var app = Build(args);
        await PrepareAsync(app);
        await app.RunAsync();
        return 0;
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

    /// <summary>The whole server, not yet started; the demo builds it too.</summary>
    internal static WebApplication Build(string[] args)
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
        builder.AddTelemetry();

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
