using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;

/// <summary>
/// What a person said about a grant beyond its scopes, in the words of its tokens. Kept beside the grant whenever it is allowed or changed,
/// so that the token path reads it and works nothing out.
/// </summary>
internal static class GrantDetails
{
    internal static readonly JsonWriterOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="grant">With its scopes and terms as they are now.</param>
    /// <param name="resource">With its scopes.</param>
    /// <returns>A JSON array; null when there is nothing to say.</returns>
    public static string? Of(Grant grant, Resource resource)
    {
        var picked = grant.PickedObjects;
        var limits = Limits.Of(grant, resource);
        return limits is null && picked is null ? null : Write(limits, picked);
    }

    /// <summary>The limits alone, for tokens that are out there; an empty array when there are none.</summary>
    public static string LimitsOf(Grant grant, Resource resource) => Write(Limits.Of(grant, resource), picked: null);

    private static string Write(Limits? limits, IReadOnlyList<string>? picked)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plainly))
        {
            json.WriteStartArray();
            if (limits is not null)
            {
                WriteLimits(json, limits);
            }
            if (picked is not null)
            {
                json.WriteStartObject();
                json.WriteString("type", AuthorizationDetails.Objects);
                WriteList(json, "identifiers", picked);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteLimits(Utf8JsonWriter json, Limits limits)
    {
        json.WriteStartObject();
        json.WriteString("type", AuthorizationDetails.Limits);
        if (limits.Changes.Count > 0)
        {
            json.WriteNumber("changes_per_day", limits.ChangesPerDay);
            WriteList(json, "change_scopes", limits.Changes);
        }
        if (limits.Asks.Count > 0)
        {
            WriteList(json, "ask_scopes", limits.Asks);
        }
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }

    private sealed record Limits(int ChangesPerDay, IReadOnlyList<string> Changes, IReadOnlyList<string> Asks)
    {
        /// <summary>Null where nothing of what is allowed is limited.</summary>
        public static Limits? Of(Grant grant, Resource resource)
        {
            var risks = resource.Scopes.ToDictionary(s => s.Name!, s => s.Risk, StringComparer.Ordinal);
            List<string> With(Func<Risk, bool> isMeant) => [.. grant.AllowedScopes
                .Where(s => risks.TryGetValue(s, out var risk) && isMeant(risk)).Order(StringComparer.Ordinal)];
            var changes = grant.ChangesPerDay is null ? [] : With(r => r is not Risk.See);
            var asks = grant.AsksFirst ? With(r => r is Risk.Delete or Risk.Spend) : [];
            return changes.Count + asks.Count == 0 ? null : new(grant.ChangesPerDay ?? 0, changes, asks);
        }
    }
}
