using AgentAuth.ResourceServer.Revocation;
using AgentAuth.ResourceServer.Rfc6750Bearer;
using AgentAuth.ResourceServer.Rfc7662Introspection;
using AgentAuth.ResourceServer.Rfc8414Metadata;
using AgentAuth.ResourceServer.Rfc9068AccessTokens;
using AgentAuth.ResourceServer.Rfc9728ProtectedResource;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer;

/// <summary>One resource at run time: its settings, what it publishes, and the judgement on a token.</summary>
internal sealed class ProtectedResource(
    string name,
    AgentAuthOptions options,
    AuthorizationServer server,
    IHttpClientFactory http,
    TimeProvider clock,
    ILoggerFactory loggers)
{
    private readonly TokenVerifier _verifier = new(options, server, clock);

    private readonly Introspection _introspection = new(options, server, http, clock, loggers.CreateLogger<Introspection>());

    public string Name => name;

    public AgentAuthOptions Options => options;

    public AuthorizationServer Server => server;

    public MetadataDocument Metadata { get; } = new(options);

    public OriginRule Origins { get; } = new(options);

    public RevocationList Revocations { get; } = new(clock, options.RevocationGrace);

    /// <summary>What a first 401 asks for.</summary>
    public IReadOnlyList<string> UsualScopes { get; } =
        ScopeSet.Listed(options.ChallengeScopes.Count > 0 ? options.ChallengeScopes : options.ScopesSupported);

    public bool HearsOfRevocations => !string.IsNullOrEmpty(options.AccountClientId);

    /// <summary>Good here and now: proven, and not revoked as far as anybody can know within a second.</summary>
    public async ValueTask<OrRefusal<AccessToken>> JudgeAsync(string token, CancellationToken cancellationToken)
    {
        var verified = await _verifier.VerifyAsync(token, cancellationToken);
        if (verified.IsRefused(out var refusal, out var proven))
        {
            return refusal;
        }

        if (Revocations.Holds(proven))
        {
            return Refusal.InvalidToken("The token was revoked.");
        }

        if (!HearsOfRevocations || Revocations.IsCurrent)
        {
            return proven;
        }

        return await _introspection.AskAsync(token, cancellationToken) switch
        {
            TokenState.Active => proven,
            TokenState.Inactive => Refusal.InvalidToken("The token was revoked."),
            _ => Refusal.ServerUnreachable,
        };
    }
}
