using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Setup;

/// <summary>What stops a start, as one line for standard error; a stack helps nobody there.</summary>
/// <param name="Words">What is wrong and what mends it.</param>
/// <param name="MayPass">Whether it may be over the next time, with nothing changed.</param>
internal sealed record Misconfiguration(string Words, bool MayPass)
{
    private const int NoSpace = 28; // ENOSPC

    /// <summary>2 tells whoever watches over the process that to start it again would change nothing.</summary>
    public int ExitStatus => MayPass ? 1 : 2;

    /// <summary>Null: a fault of ours, to be seen whole.</summary>
    public static Misconfiguration? Of(Exception failure) => failure switch
    {
        FormatException => new(failure.Message, false),
        NotNowException => new(failure.Message, true),
        OptionsValidationException invalid => new(string.Join(' ', invalid.Failures), false),
        AggregateException several => OfAll([.. several.InnerExceptions.Select(Of)]),
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } =>
            new(OneLine(failure), false), // the binder's, and it names the setting
        IOException { InnerException: AddressInUseException } =>
            new($"{OneLine(failure)}. Listen elsewhere: --urls=http://127.0.0.1:PORT", true),
        SocketException { SocketErrorCode: SocketError.AccessDenied } => new(
            "This user may not listen on a port below 1024. Let it (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE), or listen "
            + "elsewhere: --urls=http://127.0.0.1:5100", false),
        SocketException or IOException or UnauthorizedAccessException =>
            new($"It cannot start: {OneLine(failure)}.", failure.HResult == NoSpace),
        _ => null,
    };

    private static Misconfiguration? OfAll(List<Misconfiguration?> all) => all.Count == 0 || all.Contains(null)
        ? null
        : new(string.Join(' ', all.Select(one => one!.Words)), all.TrueForAll(one => one!.MayPass));

    private static string OneLine(Exception failure) => failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
