using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>
/// Where the playground's answers come back, as at a client: <c>state</c> and <c>iss</c> are checked, the code is put away, and the
/// address with the code in it is left at once, whether the answer is taken or not. Also for people who are not signed in: a sign-in page
/// would carry the code in its address.
/// </summary>
[AllowAnonymous]
internal sealed class CallbackPage(
    AgentAuthDb db, TimeProvider clock, Runs runs, Issuer issuer, IOptions<TryItOptions> options, IOptions<TokenOptions> tokens)
    : PlaygroundPage(db, clock, options)
{
    /// <summary>Of what an error says; it is our own words, or nobody's.</summary>
    private const int MaxWords = 400;

    private const string NotTaken = "not-taken";

    /// <summary>Why the answer was not taken.</summary>
    public string Problem { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync()
    {
        if (Request.Query is { Count: 1 } query && query.TryGetValue(NotTaken, out var why))
        {
            Problem = AnswerProblem.Words(why);
            return this.Refused();
        }
        if (!User.IsDeveloper() && !User.IsAdministrator())
        {
            return Refuse(AnswerProblem.Stranger);
        }
        var found = await runs.FindAsync(Owner, Stop);
        if (found.Run is not { } run)
        {
            return Refuse(AnswerProblem.Lost(found.Standing));
        }
        if (Wrong(run) is { } problem)
        {
            return Refuse(problem);
        }
        var answered = new Answered(Now, One(Parameters.Error), One(Parameters.ErrorDescription), One(Explain.Parameter));
        var code = answered.Error is null ? One(Parameters.Code) : null;
        var next = run with { Answer = answered, Code = code, CodeEndsAt = code is null ? null : Now + tokens.Value.AuthorizationCode };
        return await runs.WriteAsync(found, next, Owner, Stop) is null
            ? Refuse(AnswerProblem.Meanwhile)
            : Redirect($"{issuer.Path}/developers/try#answer");
    }

    /// <summary>In the order a client should check (RFC 9207 §2.4, RFC 6749 §10.12).</summary>
    private string? Wrong(Run run)
    {
        if (!run.IsAnsweredBy(One(Parameters.State)))
        {
            return AnswerProblem.State;
        }
        if (One(Parameters.Iss) != issuer.Value)
        {
            return AnswerProblem.Iss;
        }
        if (run.Answer is not null)
        {
            return AnswerProblem.Again;
        }
        return (One(Parameters.Code) is null) == (One(Parameters.Error) is null) ? AnswerProblem.Shape : null;
    }

    /// <summary>What came twice came not at all.</summary>
    private string? One(string name) =>
        Request.Query[name] is [{ Length: > 0 } value] ? value[..Math.Min(value.Length, MaxWords)] : null;

    /// <summary>At an address without the code: whoever looks on, or is asked to copy it, has nothing in it to give.</summary>
    private RedirectResult Refuse(string why) => Redirect($"{issuer.Path}{PlaygroundClient.CallbackPath}?{NotTaken}={why}");
}
