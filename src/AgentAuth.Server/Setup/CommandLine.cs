using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Setup;

/// <summary>
/// What an operator does without a page: the words before the first option are a command, done against the configured database while the
/// server runs or not. No words: run the server.
/// </summary>
internal static class CommandLine
{
    public const int Misused = 2;

    private const string Now = "--now";

    private const string Help = """
        AgentAuth.Server [options]                      run the server
        AgentAuth.Server keys rotate [options]          publish a new signing key, which takes over once every resource server can know it
        AgentAuth.Server keys rotate --now [options]    a key leaked: a new one signs from now on, tokens signed by the old ones are refused
        AgentAuth.Server help                           this text

        Options are those of the server, such as --AgentAuth:DataPath=DIR.
        """;

    /// <summary>Whether the arguments begin with a command; without one they are the server's.</summary>
    public static bool IsCommand(string[] args) => args.Length > 0 && IsWord(args[0]);

    /// <returns>The process's exit status.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        string[] words = [.. args.TakeWhile(IsWord)];
        string[] options = [.. args.Skip(words.Length).Where(a => a != Now)];
        var isNow = args.Contains(Now, StringComparer.Ordinal);
        return words switch
        {
            ["keys", "rotate"] => RotateAsync(options, isNow),
            ["help"] => SayAsync(Console.Out, 0),
            _ => SayAsync(Console.Error, Misused),
        };
    }

    private static bool IsWord(string argument) => argument is not ['-' or '/', ..] && !argument.Contains('=', StringComparison.Ordinal);

    private static async Task<int> RotateAsync(string[] options, bool atOnce)
    {
        await using var app = Program.Build(options);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        if (!await db.Database.CanConnectAsync() || !(await db.Database.GetAppliedMigrationsAsync()).Any())
        {
            throw new FormatException("There is no database to rotate keys in: it is made when the server first starts. "
                + "If it did, say where it keeps its data: --AgentAuth:DataPath=DIR");
        }
        // Fails closed: without what seals the keys, the new one would be sealed so that no running server can open it.
        await KeySetup.LoadAsync(app.Services, CancellationToken.None);
        var key = await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateAsync(atOnce, CancellationToken.None);
        await Console.Out.WriteLineAsync(atOnce
            ? $"Key {key.Id:N} signs now; all others are gone. Running servers follow within {KeyOptions.Look.TotalSeconds} seconds."
            : $"Key {key.Id:N} is published and signs from {key.UsedFrom:u}; the old one stays published until its tokens are dead.");
        return 0;
    }

    private static async Task<int> SayAsync(TextWriter to, int code)
    {
        await to.WriteLineAsync(Help);
        return code;
    }
}
