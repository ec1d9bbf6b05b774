using System.Security.Claims;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>A page of the playground; where the operator switched it off there is none.</summary>
internal abstract class PlaygroundPage(AgentAuthDb db, TimeProvider clock, IOptions<TryItOptions> options) : DeveloperPage(db, clock)
{
    protected Owner Owner => new(User.AccountId(), User.FindFirstValue(SessionClaims.SessionId)!);

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (!options.Value.Enabled)
        {
            context.Result = NotFound();
        }
    }
}
