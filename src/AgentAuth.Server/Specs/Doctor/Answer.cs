using System.Text.Json;
using AgentAuth.Server.Specs.Rfc7591Registration;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>What a place answered, or why it did not.</summary>
internal sealed record Answer(Uri Address)
{
    public int Status { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    public string? AllowedOrigin { get; init; }

    public string? CacheControl { get; init; }

    public IReadOnlyList<string> Challenges { get; init; } = [];

    public string Body { get; init; } = "";

    public int Length { get; init; }

    /// <summary>Why there is no answer, in one line.</summary>
    public string? Trouble { get; init; }

    public bool IsRedirect => Status is >= 300 and < 400 && Location is not null;

    public bool SaysJson => ContentType is "application/json" || ContentType?.EndsWith("+json", StringComparison.Ordinal) == true;

    /// <summary>The document, when there is one.</summary>
    public JsonElement? Document => Status == 200 ? Parsed() : null;

    public bool IsOpenToScripts => AllowedOrigin is "*" or Reach.Origin;

    public string Seen => Trouble ?? (IsRedirect ? $"{Status} to {Location}" : $"{Status} {ContentType ?? "without a content type"}");

    /// <summary>Null when the body is no JSON object.</summary>
    public JsonElement? Parsed()
    {
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(Body);
            return json.ValueKind == JsonValueKind.Object && MetadataMembers.HasWholeNames(json) ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
