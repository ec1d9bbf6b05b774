using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictExceptions;

namespace AgentAuth.Server.Features.Shared;

/// <summary>Of two who change one thing at once the second is told (409), and nothing of theirs is done.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ToldWhenLost : ExceptionFilterAttribute
{
    public override void OnException(ExceptionContext context)
    {
        if (context.Exception is ConcurrencyException || (context.Exception is DbUpdateException failure && LostRace.Is(failure)))
        {
            context.Result = new StatusCodeResult(StatusCodes.Status409Conflict);
            context.ExceptionHandled = true;
        }
    }
}
