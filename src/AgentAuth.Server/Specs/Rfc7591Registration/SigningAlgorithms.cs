namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>What a client may sign its assertions with: nothing a shared secret or nobody signs (RFC 8725 §3.1, §3.2).</summary>
internal static class SigningAlgorithms
{
    public static IReadOnlyList<string> All { get; } = ["RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512"];
}
