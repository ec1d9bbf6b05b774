using System.Text.RegularExpressions;

namespace AgentAuth.EndToEnd.Support;

/// <summary>How a client came to be known, by the identifier it got a token with.</summary>
internal static partial class Introduction
{
    public static string Of(string clientId, string document) => clientId switch
    {
        _ when clientId == document => "describes itself",
        Agent.ClientId => "known",
        _ when Given.IsMatch(clientId) => "registers",
        _ => clientId,
    };

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.None, 1000)]
    private static partial Regex Given { get; }
}
