using System.Diagnostics;
using System.Security.Cryptography;
using AgentAuth.Server.Commands;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Whoever starts the program from a command line: another process on the same store.</summary>
internal static class Operator
{
    public const string Passphrase = "four words nobody guesses";

    private const int LatestKillMilliseconds = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The same command without the process around it, which takes longer to start than most commands to run.</summary>
    public static async Task<(int Code, string Said, string Complained)> RunHereAsync(Store store, params string[] arguments)
    {
        await using var said = new StringWriter();
        await using var complained = new StringWriter();
        var code = await CommandLine.RunAsync([.. arguments, .. store.Settings(), "--environment=Production"], said, complained);
        return (code, said.ToString(), complained.ToString());
    }

    /// <summary>A command that needs the passphrase, which is in a file beside the store.</summary>
    public static async Task<(int Code, string Said, string Complained)> RunSealedAsync(
        Store store, string[] arguments, string passphrase = Passphrase)
    {
        var file = Path.Combine(store.Folder, "passphrase");
        await File.WriteAllTextAsync(file, passphrase + "\n");
        return await RunHereAsync(store, [.. arguments, $"--AgentAuth:Backup:PassphraseFile={file}"]);
    }

    /// <summary>A backup of everything there is in the store now.</summary>
    public static async Task<string> BackUpAsync(Store store)
    {
        var file = Path.Combine(store.Folder, $"{Guid.CreateVersion7():N}.backup");
        var (code, _, complained) = await RunSealedAsync(store, ["backup", file]);
        Assert.Equal((0, ""), (code, complained));
        return file;
    }

    /// <summary>The backup brought into the store, and what was said about it.</summary>
    public static async Task<string> RestoreAsync(Store store, string file, params string[] flags)
    {
        var (code, said, complained) = await RunSealedAsync(store, ["restore", file, .. flags]);
        Assert.Equal((0, ""), (code, complained));
        return said;
    }

    public static async Task<(int Code, string Said, string Complained)> RunAsync(Store store, params string[] arguments)
    {
        using var process = Start(store, arguments);
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
            End(process);
        }
    }

    /// <summary>Ends the command as a power cut would, at some moment after it got so far; or finds that it was done before.</summary>
    public static async Task KillAsync(Store store, Func<Task<bool>> isSoFar, params string[] arguments)
    {
        using var process = Start(store, arguments);
        while (!process.HasExited && !await isSoFar())
        {
            await Task.Yield();
        }
        SpinWait.SpinUntil(() => process.HasExited, RandomNumberGenerator.GetInt32(LatestKillMilliseconds));
        End(process);
        await process.WaitForExitAsync();
    }

    private static Process Start(Store store, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "AgentAuth.Server.dll"));
        foreach (var argument in arguments.Concat(store.Settings()))
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        return Process.Start(start)!;
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
