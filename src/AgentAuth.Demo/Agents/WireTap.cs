using System.Text.Json.Nodes;

namespace AgentAuth.Demo.Agents;

/// <summary>Notes what the MCP client sends, and keeps the first refusal, whose header that client does not hand on.</summary>
internal sealed class WireTap(Visit visit, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public (int Status, string Challenge) Refusal { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var said = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        said?["params"]?.AsObject().Remove("_meta"); // who speaks which version: no news
        var answer = await base.SendAsync(request, cancellationToken);
        var challenge = answer.Headers.WwwAuthenticate.ToString();
        Refusal = Refusal.Status == 0 && challenge.Length > 0 ? ((int)answer.StatusCode, challenge) : Refusal;
        visit.Note($"{request.Method} {request.RequestUri} answered {(int)answer.StatusCode}",
            $"{said?.ToJsonString()}\n{challenge}".Trim());
        return answer;
    }
}
