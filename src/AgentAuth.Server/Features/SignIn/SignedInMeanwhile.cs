using AgentAuth.Server.Features.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AgentAuth.Server.Features.SignIn;

/// <summary>
/// Two tabs ask for sign-in and one of them gets it: the form of the other belongs to nobody any more. Nothing is read from it but where
/// it was going, and the person goes there.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SignedInMeanwhile : Attribute, IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is IAntiforgeryValidationFailedResult && context.HttpContext.User.IsSignedIn())
        {
            var request = context.HttpContext.Request;
            var wanted = request.HasFormContentType ? request.Form["returnUrl"].ToString() : null;
            context.Result = new LocalRedirectResult(LocalUrl.Or(wanted, $"{request.PathBase}/account/agents"));
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
