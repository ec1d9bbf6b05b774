using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AgentAuth.Server.Setup;

/// <summary>
/// A form sent to a page that has no such act: the page would be drawn with nothing read for it. Whoever made the form is told that it is
/// wrong.
/// </summary>
internal sealed class RefuseUnread : IPageFilter
{
    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var http = context.HttpContext;
        var stands = http.Features.Get<IStatusCodeReExecuteFeature>() is not null; // the error page, in place of a refused form's answer
        if (context.HandlerMethod is null && !stands && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            context.Result = new BadRequestResult();
        }
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}
