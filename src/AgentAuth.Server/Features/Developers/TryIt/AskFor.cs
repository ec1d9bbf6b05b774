using AgentAuth.Server.Model;
using static OpenIddict.Abstractions.OpenIddictConstants;
using Names = OpenIddict.Abstractions.OpenIddictConstants.Parameters;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>A parameter of the authorization request, and why it is there.</summary>
internal sealed record Asked(string Name, string Value, string Meaning);

/// <summary>The authorization request of a run.</summary>
internal static class AskFor
{
    public static IReadOnlyList<Asked> Parameters(Run run) =>
    [
        new(Names.ResponseType, ResponseTypes.Code,
            "A code, to be redeemed apart from the browser. The only kind there is here (RFC 9700 §2.1.2)."),
        new(Names.ClientId, Client.PlaygroundId,
            "Who asks: the playground is a public client of this server, without a secret."),
        new(Names.RedirectUri, run.RedirectUri,
            "Where the answer goes: exactly as registered, character for character (RFC 9700 §2.1)."),
        new(Names.Scope, run.Scope, "What is asked for; the person may allow less."),
        .. run.Resource is { } resource
            ? [new Asked(Names.Resource, resource,
                "Which API or MCP server the token is for (RFC 8707). It becomes the token's audience.")]
            : Array.Empty<Asked>(),
        new(Names.State, run.State,
            "Comes back with the answer: an answer to somebody else's request is told by it (RFC 6749 §10.12)."),
        .. run.AsksForIdToken
            ? [new Asked(Names.Nonce, run.Nonce,
                "Comes back in the ID token: one of another sign-in is told by it (OpenID Connect Core §3.1.2.1).")]
            : Array.Empty<Asked>(),
        new(Names.CodeChallenge, run.Challenge,
            "The SHA-256 of a verifier that is kept back until the code is redeemed: who only sees the code cannot use it (RFC 7636)."),
        new(Names.CodeChallengeMethod, CodeChallengeMethods.Sha256,
            "How the challenge was made. plain would show the verifier and is refused."),
    ];

    /// <summary>The request; what is changed takes the place of what is right, and null leaves it out.</summary>
    public static WireRequest Request(Run run, params (string Name, string? Value)[] changes) => WireRequest.Ask(
        Parameters(run).Select(p => (p.Name, Value: (string?)p.Value))
            .Where(p => !Array.Exists(changes, c => c.Name == p.Name))
            .Concat(changes)
            .Where(p => p.Value is not null)
            .Select(p => (p.Name, p.Value!)));
}
