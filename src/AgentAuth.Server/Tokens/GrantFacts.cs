using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;

namespace AgentAuth.Server.Tokens;

/// <summary>A grant with all that is said of it: whose it is, whom it lets act, and where.</summary>
/// <param name="Grant">As it is, or as a decision leaves it.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Client">Whom it lets act.</param>
/// <param name="Resource">With its scopes.</param>
internal sealed record GrantFacts(Grant Grant, Account Account, Client Client, Resource Resource)
{
    /// <summary>Any program on the person's computer could be the one that asked: no host proves anything.</summary>
    public bool RunsHere => !Client.IsBuiltIn && LoopbackRedirect.IsHere(Grant.RedirectHost);

    /// <summary>Whose document describes the client, which only that host's owner can publish there.</summary>
    public string? DocumentHost => Client.Origin == Origin.ByDocument ? new Uri(Client.ClientId!).IdnHost : null;

    /// <summary>What is proved of who acts.</summary>
    public string ProofHost => DocumentHost ?? Grant.RedirectHost;
}
