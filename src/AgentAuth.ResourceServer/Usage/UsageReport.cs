using System.Security.Cryptography;
using System.Text.Json;

namespace AgentAuth.ResourceServer.Usage;

/// <summary>Counts on their way: sent until the server has them, and by their identifier counted once.</summary>
internal sealed class UsageReport
{
    /// <summary>As many as the server takes at once.</summary>
    public const int MostUses = 500;

    /// <summary>Any server takes this much, also one whose limit is its general one of 64 KB.</summary>
    public const int MostBytes = 48 * 1024;

    private const int MostCalls = 100_000;
    private const int IdLength = 32;

    private UsageReport(byte[] body) => Body = body;

    public byte[] Body { get; }

    /// <summary>
    /// As many as they need: what is too much for one is cut in two. Refusals that have a name are told in one of their own.
    /// </summary>
    public static IEnumerable<UsageReport> Of(
        string resource, IReadOnlyDictionary<UsageKey, UsageCount> counts, IReadOnlyCollection<RefusalNote>? refusals = null)
    {
        foreach (var report in counts.Chunk(MostUses).SelectMany(some => Cut(resource, some)))
        {
            yield return report;
        }

        if (refusals is { Count: > 0 })
        {
            yield return new(Write(resource, [], refusals));
        }
    }

    private static IEnumerable<UsageReport> Cut(string resource, KeyValuePair<UsageKey, UsageCount>[] counts)
    {
        var body = Write(resource, counts, []);
        return body.Length <= MostBytes || counts.Length == 1
            ? [new UsageReport(body)]
            : counts.Chunk((counts.Length + 1) / 2).SelectMany(half => Cut(resource, half));
    }

    private static byte[] Write(
        string resource, IEnumerable<KeyValuePair<UsageKey, UsageCount>> counts, IReadOnlyCollection<RefusalNote> refusals)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("id", RandomNumberGenerator.GetHexString(IdLength, lowercase: true));
            json.WriteString("resource", resource);
            json.WriteStartArray("uses");
            foreach (var (key, count) in counts)
            {
                Write(json, key, count);
            }

            json.WriteEndArray();
            if (refusals.Count > 0)
            {
                json.WritePropertyName("refusals");
                JsonSerializer.Serialize(
                    json, refusals.Select(r => new { error_id = r.ErrorId, client_id = r.ClientId, aud = r.Audiences }));
            }

            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static void Write(Utf8JsonWriter json, in UsageKey key, in UsageCount count)
    {
        json.WriteStartObject();
        json.WriteString("gid", key.GrantId);
        WriteSaid(json, "scope", key.Scope);
        WriteSaid(json, "tool", key.Tool);
        WriteSaid(json, "error", key.Error);
        WriteSaid(json, "address", key.Address?.ToString());
        json.WriteNumber(key.Error is null ? "calls" : "refused", Math.Min(count.Times, MostCalls));
        json.WriteNumber("last", count.Last);
        json.WriteEndObject();
    }

    private static void WriteSaid(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
