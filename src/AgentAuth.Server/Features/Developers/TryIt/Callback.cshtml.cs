using System.Security.Cryptography;
using System.Text;
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
/// address with the code in it is left at once. Also for people who are not signed in: a sign-in page would carry the code in its address.
/// </summary>
[AllowAnonymous]
internal sealed class CallbackPage(
    AgentAuthDb db, TimeProvider clock, Runs runs, Issuer issuer, IOptions<TryItOptions> options, IOptions<TokenOptions> tokens)
    : PlaygroundPage(db, clock, options)
{
    /// <summary>Of what an error says; it is our own words, or nobody's.</summary>
    private const int MaxWords = 400;

    /// <summary>Why the answer was not taken.</summary>
    public string Problem { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync()
    {
        if (!User.IsDeveloper() && !User.IsAdministrator())
        {
            return Refuse("This answer is for a developer who is signed in here. Sign in, and begin a new run.");
        }
        var found = await runs.FindAsync(Owner, Stop);
        if (found.Run is not { } run)
        {
            return Refuse(Lost(found.Standing));
        }
        if (Wrong(run) is { } problem)
        {
            return Refuse(problem);
        }
        var answered = new Answered(Now, One(Parameters.Error), One(Parameters.ErrorDescription), One(Explain.Parameter));
        var code = answered.Error is null ? One(Parameters.Code) : null;
        var next = run with { Answer = answered, Code = code, CodeEndsAt = code is null ? null : Now + tokens.Value.AuthorizationCode };
        return await runs.WriteAsync(found, next, Owner, Stop) is null
            ? Refuse("Another step of this run was taken at the same moment. Look at it, and begin anew if it does not go on.")
            : Redirect($"{issuer.Path}/developers/try#answer");
    }

    /// <summary>In the order a client should check (RFC 9207 §2.4, RFC 6749 §10.12).</summary>
    private string? Wrong(Run run)
    {
        if (!IsSame(One(Parameters.State), run.State))
        {
            return "The state is not the one that was sent: this answers another request, of an older run perhaps. It was not used.";
        }
        if (One(Parameters.Iss) != issuer.Value)
        {
            return "The answer does not name this server in iss, so it may come from another one (RFC 9207). It was not used.";
        }
        if (run.Answer is not null)
        {
            return "This run has had its answer. A client takes one answer to each request.";
        }
        return (One(Parameters.Code) is null) == (One(Parameters.Error) is null)
            ? "The answer has neither a code nor an error, or both. It was not used."
            : null;
    }

    private static string Lost(Standing standing) => standing switch
    {
        Standing.Elsewhere => "The run that is open was begun in another browser, or before you signed in again. Begin a new one here.",
        Standing.Over => "The run was begun more than half an hour ago and is forgotten. Begin a new one.",
        _ => "No run waits for an answer here. Begin one.",
    };

    private static bool IsSame(string? came, string sent) =>
        came is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(came), Encoding.UTF8.GetBytes(sent));

    /// <summary>What came twice came not at all.</summary>
    private string? One(string name) =>
        Request.Query[name] is [{ Length: > 0 } value] ? value[..Math.Min(value.Length, MaxWords)] : null;

    private Microsoft.AspNetCore.Mvc.RazorPages.PageResult Refuse(string problem)
    {
        Problem = problem;
        return this.Refused();
    }
}
