using AgentAuth.ResourceServer.Limits;
using AgentAuth.ResourceServer.Revocation;
using AgentAuth.ResourceServer.Rfc6750Bearer;
using AgentAuth.ResourceServer.Rfc7662Introspection;
using AgentAuth.ResourceServer.Rfc8414Metadata;
using AgentAuth.ResourceServer.Rfc9068AccessTokens;
using AgentAuth.ResourceServer.Rfc9728ProtectedResource;
using AgentAuth.ResourceServer.Usage;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer;

/// <summary>One resource at run time: its settings, what it publishes, and the judgement on a token.</summary>
internal sealed class ProtectedResource(
    string name,
    AgentAuthOptions options,
    AuthorizationServer server,
    IHttpClientFactory http,
    TimeProvider clock,
    RefusalNotes refusals,
    ILoggerFactory loggers)
{
    /// <summary>The <c>typ</c> of the token that asks for a person's things.</summary>
    private const string ObjectsToken = "agentauth-objects+jwt";

    private readonly TokenVerifier _verifier = new(options, server, clock, refusals);

    private readonly Introspection _introspection = new(options, server, http, clock, loggers.CreateLogger<Introspection>());

    public string Name => name;

    /// <summary>What a person limited beyond scopes.</summary>
    public CallLimits Limits => field ??= LimitsOf();

    public AgentAuthOptions Options => options;

    public AuthorizationServer Server => server;

    public MetadataDocument Metadata { get; } = new(options);

    public OriginRule Origins { get; } = new(options);

    /// <summary>People are told how to use it; known once its endpoints are made.</summary>
    public bool IsMcp { get; set; }

    public RevocationList Revocations { get; } = new(clock, options.RevocationGrace);

    /// <summary>What agents call here, for the page of the person they act for.</summary>
    public UsageCounter Usage { get; } = new(clock, options.Reports);

    /// <summary>Tokens of others that came here, for their developers.</summary>
    public RefusalNotes Refusals => refusals;

    /// <summary>What a first 401 asks for.</summary>
    public IReadOnlyList<string> UsualScopes { get; } =
        ScopeSet.Listed(options.ChallengeScopes.Count > 0 ? options.ChallengeScopes : options.ScopesSupported);

    public bool HearsOfRevocations => !string.IsNullOrEmpty(options.AccountClientId);

    /// <summary>Whose things the authorization server asks about, with a token of its own that is good for this and nothing else.</summary>
    public async ValueTask<OrRefusal<string>> ProveAskerAsync(string token, CancellationToken cancellationToken) =>
        (await _verifier.ProveAsync(token, ObjectsToken, cancellationToken)).IsRefused(out var refusal, out var proven) ? refusal
        : proven.Subject is { Length: > 0 } subject ? subject
        : Refusal.InvalidToken("The token names no person.");

    /// <summary>Good here and now: proven, and not revoked as far as anybody can know within a second.</summary>
    public async ValueTask<OrRefusal<AccessToken>> JudgeAsync(string token, CancellationToken cancellationToken)
    {
        var verified = await _verifier.VerifyAsync(token, cancellationToken);
        if (verified.IsRefused(out var refusal, out var proven))
        {
            return refusal;
        }

        return proven.Details.Action is null
            ? await StandingAsync(token, proven, cancellationToken)
            : Refusal.InvalidToken("The token is the answer to one question, and lets nobody in.");
    }

    /// <summary>What is left of a proven token at this moment: for who looks again after a while, its time apart.</summary>
    private async ValueTask<OrRefusal<AccessToken>> StandingAsync(string token, AccessToken proven, CancellationToken cancellationToken)
    {
        if (Revocations.Holds(proven))
        {
            Usage.Refused(proven.GrantId, scope: null, tool: null, "invalid_token", address: null);
            return Refusal.InvalidToken("The token was revoked.");
        }

        if (!HearsOfRevocations || Revocations.IsCurrent)
        {
            return Within(proven, Revocations.ScopesOf(proven), Revocations.LimitsOf(proven));
        }

        var answer = await _introspection.AskAsync(token, cancellationToken);
        return answer.State switch
        {
            TokenState.Active => Within(proven, answer.Scopes, answer.Limits),
            TokenState.Inactive => Refusal.InvalidToken("The token was revoked."),
            _ => Refusal.ServerUnreachable,
        };
    }

    /// <summary>What is left of a token whose grant was reduced, limited or paused after it was issued.</summary>
    private OrRefusal<AccessToken> Within(AccessToken token, IReadOnlyList<string>? scopes, IReadOnlyList<string>? limits)
    {
        if (limits is not null)
        {
            token = token.Within(limits, options);
        }

        if (scopes is null || ScopeSet.Covers(scopes, token.Granted))
        {
            return token;
        }

        if (scopes.Count == 0)
        {
            return Refusal.InvalidToken("The person paused this agent.");
        }

        var left = token.Granted.Where(scope => scopes.Contains(scope, StringComparer.Ordinal)).ToList();
        return left.Count == 0
            ? Refusal.InvalidToken("Nothing is left of what this token was for.")
            : token.With(left, options);
    }

    // Two who are first at once make two; they keep nothing.
    private CallLimits LimitsOf()
    {
        var post = new ServerPost(options, server, http, loggers.CreateLogger<ServerPost>());
        return new CallLimits(options, new Budget(options, post), new ApprovalDesk(options, post, _verifier, clock), StandingAsync);
    }
}
