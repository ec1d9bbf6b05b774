using System.Text.Json.Nodes;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>Tokens of people who said more than which scopes.</summary>
internal static class Limited
{
    public const string Changes = """{"type":"agentauth_limits","changes_per_day":2,"change_scopes":["mail.send","mail.delete"]}""";
    public const string Asks = """{"type":"agentauth_limits","ask_scopes":["mail.delete"]}""";
    public const string AsksToSend = """{"type":"agentauth_limits","ask_scopes":["mail.send"]}""";
    public const string Picked = """{"type":"agentauth_objects","identifiers":["lake.txt"]}""";

    public static string MintLimited(this FakeIssuer issuer, string audience, string scope, params string[] details) =>
        issuer.Mint(audience, scope, claims => claims["authorization_details"] = JsonNode.Parse($"[{string.Join(',', details)}]"));

    /// <summary>The token a yes buys.</summary>
    public static string MintAnswer(this FakeIssuer issuer, string audience, string action) => issuer.Mint(audience, "openid", claims =>
    {
        claims["client_id"] = FakeIssuer.AccountId;
        claims["authorization_details"] = JsonNode.Parse(action);
    });
}
