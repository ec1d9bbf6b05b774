using System.Text.Json;
using AgentAuth.SampleMcp;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Specs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using ModelContextProtocol;

namespace AgentAuth.Demo.Agents;

/// <summary>The pages that play an agent, for whoever has none at hand: what it does, a real one does the same way.</summary>
internal sealed class DemoAgent(WebApplication app, Issuer issuer, string mcpUrl)
{
    private static readonly IResult Home = Results.Redirect("/");
    private readonly Visits _visits = new();
    private readonly AgentClient _agent =
        new(issuer, mcpUrl, app.Services.GetRequiredService<IHttpMessageHandlerFactory>(), TimeProvider.System);

    public void Map()
    {
        app.UseSecurityHeaders();
        new Assets().Map(app); // it wears the product's clothes
        app.MapGet("/agent.css", () => Results.Stream(typeof(DemoAgent).Assembly.GetManifestResourceStream("agent.css")!, "text/css"));
        On("GET", "/", (visit, _) => ShowAsync(visit));
        On("POST", "/connect", (visit, _) => Task.FromResult(Results.Redirect(_agent.Ask(visit))));
        On("GET", "/callback", async (visit, answer) =>
            await _agent.HearAsync(visit, answer) == Outcome.Connected ? await ReadAsync(visit, Outcome.Connected) : Home);
        On("POST", "/read", (visit, _) => ReadAsync(visit, Outcome.Read));
        On("POST", "/send", async (visit, _) => await _agent.CallAsync(visit, "send_message",
            ("to", "nora@bakery.test"), ("subject", "Re: Your cake is ready"), ("text", "Thank you! I will be there at five.")) is null
                ? Home : await ReadAsync(visit, Outcome.Sent));
    }

    // Said to be a Delegate, because a RequestDelegate's result would be lost.
    private void On(string method, string path, Func<Visit, IQueryCollection, Task<IResult>> act) =>
        app.MapMethods(path, [method], (Delegate)((HttpContext http) => GuardAsync(http, act)));

    private async Task<IResult> GuardAsync(HttpContext http, Func<Visit, IQueryCollection, Task<IResult>> act)
    {
        if (http.Request.Host.Value != new Uri(mcpUrl).Authority)
        {
            return Results.Redirect(mcpUrl); // answers come back to that host, so the cookie must be there
        }
        // Another port is the same site: SameSite alone would let a page there press these buttons.
        if (HttpMethods.IsPost(http.Request.Method) && http.Request.Headers["Sec-Fetch-Site"] is [not "same-origin"])
        {
            return Home;
        }
        http.AllowFormActionTo(issuer.Origin);
        var visit = _visits.Of(http);
        try
        {
            return await act(visit, http.Request.Query);
        }
        catch (Exception failed) when (failed is HttpRequestException or McpException or JsonException)
        {
            visit.Last = (Outcome.Failed, failed.Message);
            return Home;
        }
    }

    private async Task<IResult> ShowAsync(Visit visit)
    {
        var facts = new Dictionary<string, object?>(StringComparer.Ordinal) { ["Visit"] = visit, ["Issuer"] = issuer.Value };
        await using var renderer = new HtmlRenderer(app.Services, app.Services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<AgentPage>(ParameterView.FromDictionary(facts))).ToHtmlString());
        return Results.Content(html, "text/html; charset=utf-8");
    }

    private async Task<IResult> ReadAsync(Visit visit, Outcome outcome)
    {
        if (await _agent.CallAsync(visit, "list_messages") is { } messages)
        {
            visit.Messages = JsonSerializer.Deserialize<MailMessage[]>(messages, JsonSerializerOptions.Web) ?? [];
            visit.Last = (outcome, "");
        }
        return Home;
    }
}
