using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;

/// <summary>
/// One action a person is asked about: a tool, the resource's own words for it, and what the agent would call it with. Brought into one
/// form, so that the same action is the same text, whoever wrote it how.
/// </summary>
/// <param name="Details">The whole as <c>authorization_details</c>: an array of one, names in order, nothing between.</param>
/// <param name="Tool">Its name.</param>
/// <param name="Words">What it does, as the resource says; null when it says nothing.</param>
/// <param name="Fields">The arguments: their names, and their values as text.</param>
internal sealed record RequestedAction(string Details, string Tool, string? Words, IReadOnlyList<(string Name, string Value)> Fields)
{
    public const int MaxLength = 4096;
    public const int MaxToolLength = 100;
    public const int MaxWordsLength = 200;
    public const int MaxFields = 40;

    private const string Type = "type";
    private const string ToolName = "tool";
    private const string WordsName = "action";
    private const string Arguments = "arguments";

    private static readonly string[] Known = [Type, ToolName, WordsName, Arguments];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null when it is not one action as described, with one line saying why.</summary>
    public static (RequestedAction? Action, string? Problem) Read(string? details)
    {
        if (string.IsNullOrEmpty(details) || details.Length > 4 * MaxLength)
        {
            return (null, "Send the action as authorization_details, at most 4096 bytes.");
        }
        try
        {
            using var document = JsonDocument.Parse(details, Strict);
            return document.RootElement is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() == 1
                ? Read(array[0])
                : (null, "The authorization_details must be an array of exactly one action.");
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException) // the latter: half a surrogate pair
        {
            return (null, "The authorization_details are not JSON, or name something twice.");
        }
    }

    private static (RequestedAction?, string?) Read(JsonElement action)
    {
        if (action.ValueKind != JsonValueKind.Object || Text(action, Type) != AuthorizationDetails.Action)
        {
            return (null, "The type of the action must be agentauth_action.");
        }
        if (action.EnumerateObject().Any(p => !Known.Contains(p.Name, StringComparer.Ordinal)))
        {
            return (null, "An action has type, tool, action and arguments, and nothing else.");
        }
        var words = Text(action, WordsName);
        if (Text(action, ToolName) is not { Length: > 0 and <= MaxToolLength } tool || words is { Length: > MaxWordsLength }
            || (words is null && action.TryGetProperty(WordsName, out _)) || tool.Any(char.IsControl))
        {
            return (null, "The tool is missing, or it or its words are too long, or the tool is not plain text.");
        }
        var hasArguments = action.TryGetProperty(Arguments, out var arguments);
        if (hasArguments && (arguments.ValueKind != JsonValueKind.Object || arguments.EnumerateObject().Count() > MaxFields))
        {
            return (null, "The arguments must be an object of at most 40 members.");
        }
        var canonical = Canonical(action);
        return canonical.Length > MaxLength
            ? (null, "The action is larger than 4096 bytes.")
            : (new(Encoding.UTF8.GetString(canonical), tool, words, hasArguments ? FieldsOf(arguments) : []), null);
    }

    private static byte[] Canonical(JsonElement action)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Plainly))
        {
            json.WriteStartArray();
            Write(json, action);
            json.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }
                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item);
                }
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(value.GetString());
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    private static List<(string Name, string Value)> FieldsOf(JsonElement arguments) =>
        [.. arguments.EnumerateObject().OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => (a.Name, Shown(a.Value)))];

    private static string Shown(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(buffer, Plainly))
        {
            Write(json, value);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string? Text(JsonElement action, string name) =>
        action.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
