using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>What it answers a resource server's own requests.</summary>
internal sealed partial class FakeIssuer
{
    private async Task<IResult> IntrospectAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        if (!HasAccount(context) || form["token"].Count != 1)
        {
            return Results.Unauthorized();
        }

        Introspections++;
        return Introspected is { } active
            ? Results.Json(Introspection(active))
            : Results.StatusCode(StatusCodes.Status500InternalServerError);
    }

    private JsonObject Introspection(bool active)
    {
        var answer = new JsonObject { ["active"] = active };
        if (IntrospectedScope is { } scope)
        {
            answer["scope"] = scope;
        }

        if (IntrospectedDetails is { } details)
        {
            answer["authorization_details"] = JsonNode.Parse(details);
        }

        return answer;
    }

    private async Task<IResult> TakeReportAsync(HttpContext context)
    {
        if (!HasAccount(context))
        {
            return Results.Unauthorized();
        }

        Reports.Enqueue((await JsonNode.ParseAsync(context.Request.Body))!);
        await UsageWaits;
        return Results.StatusCode(UsageAnswer);
    }

    private async Task<IResult> DecideAsync(HttpContext context, string endpoint)
    {
        var decide = endpoint switch { "budgets" => Budget, "backchannel" => Ask, _ => Poll };
        var form = await context.Request.ReadFormAsync();
        Decided.Enqueue((endpoint, form));
        return !HasAccount(context) ? Results.Unauthorized()
            : decide?.Invoke(form) ?? Results.StatusCode(StatusCodes.Status500InternalServerError);
    }
}
