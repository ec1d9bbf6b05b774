using AgentAuth.Server.Features.Shared;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Options;

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
        var request = context.HttpContext.Request;
        if (context.Result is IAntiforgeryValidationFailedResult && context.HttpContext.User.IsSignedIn() && IsOfOurs(request))
        {
            context.Result = new LocalRedirectResult(LocalUrl.Or(request.Form["returnUrl"], $"{request.PathBase}/account/agents"));
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }

    /// <summary>A page of ours has put a token into the form; where there is none, somebody else made it.</summary>
    private static bool IsOfOurs(HttpRequest request)
    {
        var antiforgery = request.HttpContext.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value;
        return request.HasFormContentType && request.Form.ContainsKey(antiforgery.FormFieldName);
    }
}
