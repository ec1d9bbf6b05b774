using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.AspNetCore.Diagnostics;

namespace AgentAuth.Server.Setup;

/// <summary>
/// No name, address or sentence has a U+0000 in it, and PostgreSQL keeps none: asked for one it fails like a database that is away.
/// So nothing that people's browsers send gets in with one; what programs post goes through <see cref="StrictForm"/>.
/// </summary>
internal static class RefuseNull
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
        {
            await next(context); // the page that shows the refusal
            return;
        }
        var isOdd = StrictForm.HasNull(request.Query)
            || (HttpMethods.IsPost(request.Method) && request.HasFormContentType
                && StrictForm.HasNull(await request.ReadFormAsync(context.RequestAborted)));
        if (isOdd)
        {
            context.Refuse(StatusCodes.Status400BadRequest, RequestRules.Invalid);
            return;
        }
        await next(context);
    }
}
