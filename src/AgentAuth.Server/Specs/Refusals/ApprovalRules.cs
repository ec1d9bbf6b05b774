namespace AgentAuth.Server.Specs.Refusals;

/// <summary>What resource servers ask people about.</summary>
internal static class ApprovalRules
{
    public static readonly Rule Action = new(
        "approval.action", "RFC 9396 §5",
        "One action as authorization_details: type agentauth_action, tool, action and arguments, at most 4096 bytes.",
        "Send a JSON array with one object, and leave out what it does not know.");

    public static readonly Rule Agent = new(
        "approval.agent", "OpenID CIBA Core §7.1",
        "As login_hint_token the agent's own access token for this resource, while it and its grant live.",
        "Send the token the agent called with. When it has ended the agent must come with a new one.");

    public static readonly Rule Allowed = new(
        "approval.allowed", "OpenID CIBA Core §13",
        "A person who allows what the action needs, and has neither paused the agent nor refused the same action a moment ago.",
        "Tell the agent that the person did not allow it.");

    public static readonly Rule Few = new(
        "approval.few", "OpenID CIBA Core §13",
        "At most five actions of one agent that wait for an answer.",
        "Wait until the person has answered, or the questions have ended.");

    public static readonly Rule Open = new(
        "approval.open", "OpenID CIBA Core §11",
        "The auth_req_id of a question that this account asked last about the action, answered yes, and not fetched before.",
        "Ask again. A yes is fetched once, and who asks the same again gets a new auth_req_id for it.");

    public static readonly Rule Ended = new(
        "approval.ended", "OpenID CIBA Core §11",
        "An auth_req_id whose time is not over.",
        "Ask again.");

    public static IReadOnlyList<Rule> All { get; } = [Action, Agent, Allowed, Few, Open, Ended];
}
