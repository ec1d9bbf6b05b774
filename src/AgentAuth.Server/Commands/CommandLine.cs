using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using AgentAuth.Server.Setup;

namespace AgentAuth.Server.Commands;

/// <summary>
/// What an operator does without a page: the first word is a command, done against the configured database while the server runs or not.
/// No word: run the server.
/// </summary>
internal static class CommandLine
{
    public const int Misused = 2;
    public const int Failed = 1;

    private const int UsageWidth = 30;

    private static readonly Command[] All =
    [
        new(["backup"], ["FILE"], [], "everything, keys included, into one encrypted file; the server may go on", BackUp.RunAsync),
        new(["restore"], ["FILE"], [Restore.Replace], "a backup onto an empty host; ends every grant, session and token", Restore.RunAsync),
        new(["migrate"], [], [], "bring the database's tables to this version", Migrate.RunAsync)
        {
            IsPiecemeal = true,
        },
        new(["move"], [], [MoveToPostgres.Flag], "from SQLite to the PostgreSQL of ConnectionStrings:MoveTo", MoveToPostgres.RunAsync),
        new(["prune"], [], [], "take away now what is long over; the server does it each hour", PruneNow.RunAsync)
        {
            IsPiecemeal = true,
        },
        new(["keys", "rotate"], [], [RotateKeys.Now], "a new signing key; with --now the old are refused at once", RotateKeys.RunAsync),
        new(["doctor"], ["URL"], [ExamineUrl.AsJson], "whether agents can connect to an MCP server, an issuer or a client document",
            ExamineUrl.RunAsync),
        new(["receipt", "verify"], ["FILE"], [VerifyReceipt.Keys], "whether a consent receipt is genuine, what it says; needs no server",
            VerifyReceipt.RunAsync),
        new(["help"], [], [], "this text", HelpAsync),
    ];

    /// <summary>Whether the arguments begin with a command; without one they are the server's.</summary>
    public static bool IsCommand(string[] args) =>
        args is [var first, ..] && first is not ['-' or '/', ..] && !first.Contains('=', StringComparison.Ordinal);

    /// <returns>The process's exit status: 0 done, 1 it went wrong, 2 it was asked wrongly.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter said, TextWriter complained)
    {
        using var ending = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        Command? command = null;
        try
        {
            (command, var errand) = Find(Arguments.Read(args), said, ending.Token);
            await command.Run(errand);
            return errand.Status;
        }
        catch (FormatException wrong)
        {
            await complained.WriteLineAsync(wrong.Message);
            return Misused;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await complained.WriteLineAsync(
                command is { IsPiecemeal: true } ? "Stopped; what was done until then stays done." : "Stopped; nothing was changed.");
            return Failed;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            await complained.WriteLineAsync($"It did not work: {Words(failure)}");
            return Failed;
        }
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true; // the command ends by itself, and takes its half-written file with it
        ending.Cancel();
    }

    private static (Command Command, Errand Errand) Find(Arguments arguments, TextWriter said, CancellationToken stop)
    {
        var words = arguments.Words;
        var command = All.FirstOrDefault(c => words.Take(c.Name.Length).SequenceEqual(c.Name, StringComparer.Ordinal))
            ?? throw new FormatException($"\"{string.Join(' ', words)}\" is no command. The commands are "
                + $"{string.Join(", ", All.Select(c => string.Join(' ', c.Name)))}; help says what each does.");
        string[] rest = [.. words.Skip(command.Name.Length)];
        if (rest.Length != command.Parameters.Length || arguments.Flags.Except(command.Flags, StringComparer.Ordinal).Any())
        {
            throw new FormatException($"It is said like this: {command.Usage}");
        }
        return (command, new(rest, arguments.Flags, arguments.Settings, said, stop) { Values = arguments.Values });
    }

    private static Task HelpAsync(Errand errand)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"AgentAuth.Server [options]",-UsageWidth}  run the server");
        foreach (var command in All)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{command.Usage,-UsageWidth}  {command.Does}");
        }
        text.AppendLine().Append("Options are those of the server, such as --AgentAuth:DataPath=DIR. ")
            .Append("A backup's passphrase is AgentAuth__Backup__Passphrase in the environment, or the first line of the file ")
            .Append("AgentAuth:Backup:PassphraseFile. Exit status: 0 done, 1 it went wrong, 2 it was asked wrongly.");
        return errand.Out.WriteLineAsync(text.ToString());
    }

    /// <summary>The innermost words are the database's or the disk's own; a stack helps no operator.</summary>
    private static string Words(Exception failure) => failure switch
    {
        InvalidDataException or NotNowException => failure.Message,
        DbException or { InnerException: null } => failure.Message.ReplaceLineEndings(" "),
        _ => Words(failure.InnerException),
    };

    private sealed record Command(string[] Name, string[] Parameters, string[] Flags, string Does, Func<Errand, Task> Run)
    {
        /// <summary>Done bit by bit: one that is ended in the middle leaves the half that was done.</summary>
        public bool IsPiecemeal { get; init; }

        public string Usage => string.Join(' ', [.. Name, .. Parameters, .. Flags.Select(f => IsNeeded(f) ? Said(f) : $"[{Said(f)}]")]);

        private static string Said(string flag) => flag == VerifyReceipt.Keys ? $"{flag} FILE|URL" : flag;

        private static bool IsNeeded(string flag) => flag is MoveToPostgres.Flag or VerifyReceipt.Keys;
    }
}
