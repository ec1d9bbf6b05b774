using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace AgentAuth.ResourceServer.Tests.Support;

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, string Text, HttpResponseHeaders Headers, string? ContentType)
{
    public string Challenge => Headers.TryGetValues("WWW-Authenticate", out var values) ? string.Join("|", values) : "";

    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException("The body is null.");

    public string? Error => (string?)Json["error"];

    public string Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
