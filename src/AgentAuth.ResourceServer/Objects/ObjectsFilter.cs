using System.Text.Json;
using AgentAuth.ResourceServer.Rfc6750Bearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AgentAuth.ResourceServer.Objects;

/// <summary>
/// Tells the authorization server which of a person's things may be picked, while it shows the consent page. Only to it: it comes with a
/// token of a minute that it signed for this and that names the person; an access token opens nothing here, nor this one anything else.
/// </summary>
internal sealed class ObjectsFilter(ProtectedResources resources) : IStartupFilter
{
    public const string RootPath = "/.well-known/agentauth-objects";

    /// <summary>More than a person can choose from on a page are not asked for.</summary>
    private const int Most = 200;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(InvokeAsync);
        next(app);
    };

    private Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value ?? "";
        return HttpMethods.IsGet(context.Request.Method) && path.StartsWith(RootPath, StringComparison.Ordinal)
            && resources.All.Find(r => RootPath + r.Metadata.ResourcePath == path) is { Options.Objects: { } objects } resource
            ? AnswerAsync(context, resource, objects)
            : next(context);
    }

    private static async Task AnswerAsync(
        HttpContext context,
        ProtectedResource resource,
        Func<string, CancellationToken, ValueTask<IReadOnlyList<PickableObject>>> objects)
    {
        var stop = context.RequestAborted;
        if (BearerToken.Read(context.Request).IsRefused(out var refusal, out var token)
            || (await resource.ProveAskerAsync(token, stop)).IsRefused(out refusal, out var person))
        {
            await Challenge.WriteAsync(context, refusal, resource.Metadata.Url, resource.UsualScopes);
            return;
        }

        var offered = (await objects(person, stop)).Take(Most).Select(thing => new { id = thing.Identifier, name = thing.Name });
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await JsonSerializer.SerializeAsync(context.Response.Body, new { objects = offered }, JsonSerializerOptions.Default, stop);
    }
}
