using System.Text;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Setup;

/// <summary>
/// Before anybody reads a body: its type can be read, it is no multipart (nothing here takes a file), and its text is UTF-8. The framework
/// would throw, each reader differently.
/// </summary>
internal static class RefuseOddForms
{
    private const string Words = "Send Content-Type: application/x-www-form-urlencoded, in UTF-8.";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (context.Features.Get<IStatusCodeReExecuteFeature>() is not null || IsGood(request.ContentType))
        {
            return next(context);
        }
        request.ContentType = null; // whoever shows the refusal must not try to read it either
        if (Machines.Ask(request.Path))
        {
            return StrictForm.RefuseAsync(context, StatusCodes.Status400BadRequest, OpenIddictConstants.Errors.InvalidRequest, Words);
        }
        context.Refuse(StatusCodes.Status400BadRequest, RequestRules.Form);
        return Task.CompletedTask;
    }

    private static bool IsGood(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return true;
        }
        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && !type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset)));
    }

    private static bool IsUtf8(Microsoft.Extensions.Primitives.StringSegment charset) =>
        charset.Equals(Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase);
}
