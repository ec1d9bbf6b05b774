using AgentAuth.Server.Features.Shared;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Features.SignIn;

/// <summary>
/// Two tabs ask for sign-in and one of them gets it: the form of the other belongs to nobody any more. Nothing is done with it; who wanted
/// to be the person that is signed in by now goes where it was going, anybody else gets a fresh form.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SignedInMeanwhile : Attribute, IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        var request = context.HttpContext.Request;
        if (context.Result is IAntiforgeryValidationFailedResult && context.HttpContext.User.IsSignedIn() && IsOfOurs(request))
        {
            var back = LocalUrl.Or(request.Form["returnUrl"], $"{request.PathBase}/account/agents");
            var isSame = string.Equals(
                request.Form["Email"].ToString().Trim(), context.HttpContext.User.Email(), StringComparison.OrdinalIgnoreCase);
            context.Result = new LocalRedirectResult(
                isSame ? back : QueryHelpers.AddQueryString($"{request.PathBase}/sign-in?again=1", "returnUrl", back));
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
