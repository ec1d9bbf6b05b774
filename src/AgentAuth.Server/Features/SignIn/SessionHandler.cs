using System.Data.Common;
using System.Security.Claims;
using System.Text.Encodings.Web;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Features.SignIn;

/// <summary>
/// Identity's application scheme, kept in the database instead of the cookie. Ours rather than the framework's cookie handler with a
/// ticket store, because that one keeps the key when another person signs in over a session, and ours must not.
/// </summary>
internal sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Sessions sessions)
    : SignInAuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Cookies[SessionCookie.Name] is not { Length: > 0 } key || SaysItIsAway)
        {
            return AuthenticateResult.NoResult();
        }
        try
        {
            var ticket = await sessions.FindAsync(key, Context.RequestAborted);
            return ticket is null ? AuthenticateResult.Fail("The session is over.") : AuthenticateResult.Success(ticket);
        }
        catch (DbException failure)
        {
            return AuthenticateResult.Fail(failure); // pages that need nobody are still shown; the challenge tells the rest
        }
        catch (InvalidOperationException wrapped) when (wrapped.InnerException is DbException failure)
        {
            return AuthenticateResult.Fail(failure); // how EF hands on what may pass
        }
    }

    /// <summary>The page that stands in for an answer the database did not give: it would be asked once more who is looking.</summary>
    private bool SaysItIsAway =>
        Response.StatusCode == StatusCodes.Status503ServiceUnavailable && Context.Features.Get<IStatusCodeReExecuteFeature>() is not null;

    /// <summary>A new key at each sign-in, and the old one is dead: nobody can be signed in to a session somebody else chose.</summary>
    protected override async Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties)
    {
        await EndAsync();
        var key = await sessions.StartAsync(user.AccountId(), Context.RequestAborted);
        Response.Cookies.Append(SessionCookie.Name, key, SessionCookie.Shape.Build(Context));
    }

    protected override async Task HandleSignOutAsync(AuthenticationProperties? properties)
    {
        await EndAsync();
        Response.Cookies.Delete(SessionCookie.Name, SessionCookie.Shape.Build(Context));
    }

    /// <summary>A page that was asked for comes after signing in; a form that was sent, or a program, is told 401.</summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var known = await HandleAuthenticateOnceSafeAsync();
        if (known.Failure is DbException failure)
        {
            throw new TimeoutException("The session could not be read.", failure);
        }
        var isPageOpened = HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method);
        if (!isPageOpened || Machines.Ask(Request.Path))
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var back = properties.RedirectUri ?? (OriginalPathBase + OriginalPath + Request.QueryString);
        Response.Redirect(QueryHelpers.AddQueryString($"{Request.PathBase}/sign-in", "returnUrl", back));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private async Task EndAsync()
    {
        if (Request.Cookies[SessionCookie.Name] is { Length: > 0 } key)
        {
            await sessions.EndAsync(key, Context.RequestAborted);
        }
    }
}
