using System.Diagnostics;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Whoever starts the program from a command line: another process on the same store.</summary>
internal static class Operator
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<(int Code, string Said, string Complained)> RunAsync(Store store, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "AgentAuth.Server.dll"));
        foreach (var argument in arguments.Append($"--AgentAuth:DataPath={store.Folder}"))
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        if (Template.IsPostgres)
        {
            start.Environment["AgentAuth__Database__Provider"] = "Postgres";
            start.Environment["ConnectionStrings__AgentAuth"] = Template.ConnectionTo(store.Database);
        }
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var said = process.StandardOutput.ReadToEndAsync(patience.Token);
            var complained = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await said, await complained);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
