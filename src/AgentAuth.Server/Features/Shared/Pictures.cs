using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Shared;

/// <summary>Clients' pictures, from this server like everything that a page loads; its address changes with the picture.</summary>
internal static class Pictures
{
    public const string Path = "/logos";

    public static void MapPictures(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path + "/{id:guid}", ["GET", "HEAD"], WriteAsync).AllowAnonymous();

    private static async Task WriteAsync(HttpContext context)
    {
        var (id, stop) = (Guid.Parse(context.Request.RouteValues["id"]!.ToString()!), context.RequestAborted);
        var db = context.RequestServices.GetRequiredService<AgentAuthDb>();
        var png = await db.Logos.Where(l => l.Id == id).Select(l => l.Png).FirstOrDefaultAsync(stop);
        if (png is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        context.Response.ContentType = "image/png";
        context.Response.ContentLength = png.Length;
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(png, stop);
        }
    }
}
