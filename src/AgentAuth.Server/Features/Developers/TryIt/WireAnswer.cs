using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.WebUtilities;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>What came back: as a client gets it, and what this says about an error.</summary>
internal sealed partial record WireAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    private const int TimeoutMilliseconds = 100;

    private static readonly string[] Secret = [Parameters.AccessToken, Parameters.RefreshToken, Parameters.IdToken];

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string? Error { get; private init; }

    public string? ErrorId { get; private init; }

    public JsonObject? Json { get; private init; }

    public bool IsGood => Status is >= StatusCodes.Status200OK and < StatusCodes.Status300MultipleChoices;

    private bool IsPage => Headers.Any(h => h.Name == "Content-Type" && h.Value.StartsWith("text/html", StringComparison.Ordinal));

    public static WireAnswer Of(HttpContext http, string body)
    {
        var headers = http.Response.Headers.SelectMany(h => h.Value.Select(v => (h.Key, v ?? ""))).ToList();
        var json = Parse(body);
        var located = new QueryCollection(QueryHelpers.ParseQuery(QueryOf(http.Response.Headers.Location)));
        var challenge = http.Response.Headers.WWWAuthenticate.ToString();
        // A page for people stands in place of the protocol's own words, which are kept beside it.
        var told = http.GetOpenIddictServerResponse();
        return new(http.Response.StatusCode, headers, body)
        {
            Json = json,
            Error = Text(json, Parameters.Error) ?? (string?)located[Parameters.Error] ?? Quoted(challenge, Parameters.Error)
                ?? told?.Error,
            ErrorId = Text(json, Explain.Parameter) ?? (string?)located[Explain.Parameter] ?? Quoted(challenge, Explain.Parameter)
                ?? (string?)told?[Explain.Parameter],
        };
    }

    public string? Text(string name) => Text(Json, name);

    public string Shown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {ReasonPhrases.GetReasonPhrase(Status)}\n");
        foreach (var (name, value) in Headers.Where(h => h.Name != "Set-Cookie"))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        }
        return text.Append('\n').Append(IsPage ? "(a page for the person, with the error and its id)" : ShownBody()).ToString();
    }

    private string ShownBody()
    {
        if (Json is null)
        {
            return Body;
        }
        var shown = Json.DeepClone().AsObject();
        foreach (var name in Secret)
        {
            if (Text(shown, name) is { } value)
            {
                shown[name] = Cut.Short(value);
            }
        }
        return shown.ToJsonString(Indented);
    }

    private static string QueryOf(string? location) =>
        location?.IndexOf('?', StringComparison.Ordinal) is { } at and >= 0 ? location[at..] : "";

    private static JsonObject? Parse(string body)
    {
        try
        {
            return body.StartsWith('{') ? JsonNode.Parse(body) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string? Quoted(string challenge, string name) =>
        Pairs().Matches(challenge).FirstOrDefault(m => m.Groups["name"].Value == name)?.Groups["value"].Value;

    [GeneratedRegex("(?<name>[a-z_]+)=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Pairs();
}
