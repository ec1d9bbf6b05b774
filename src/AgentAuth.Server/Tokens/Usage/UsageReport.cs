using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AgentAuth.Server.Tokens.Usage;

/// <summary>What a resource server tells: how often agents called, and what it refused them.</summary>
internal sealed partial record UsageReport
{
    public const int MaxBytes = 256 * 1024;
    public const int MaxUses = 500;
    public const int MaxCalls = 100_000;
    public const int MaxRefusals = 50;

    private const int TimeoutMilliseconds = 1_000;

    /// <summary>A report that comes twice, because its answer was lost, is counted once.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("resource")]
    public string? Resource { get; init; }

    [JsonPropertyName("uses")]
    public IReadOnlyList<Use?>? Uses { get; init; }

    [JsonPropertyName("refusals")]
    public IReadOnlyList<ToldRefusal?>? Refusals { get; init; }

    /// <summary>Null when it is no report, or more than one.</summary>
    public static UsageReport? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<UsageReport>(json) is { } report && report.IsSound ? report : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsSound => Id is not null && Identifier().IsMatch(Id) && Resource is not null
        && Uses is { Count: <= MaxUses } && Uses.All(u => u is { IsSound: true })
        && Refusals is null or { Count: <= MaxRefusals } && (Refusals is null || Refusals.All(r => r is { IsSound: true }))
        && Uses.Count + (Refusals?.Count ?? 0) > 0;

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{16,64}\z", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex Identifier();
}

/// <summary>Calls of one grant that are alike.</summary>
internal sealed record Use
{
    [JsonPropertyName("gid")]
    public string? Grant { get; init; }

    [JsonPropertyName("scope")]
    public string? Scope { get; init; }

    [JsonPropertyName("tool")]
    public string? Tool { get; init; }

    /// <summary>Let in.</summary>
    [JsonPropertyName("calls")]
    public int Calls { get; init; }

    [JsonPropertyName("refused")]
    public int Refused { get; init; }

    /// <summary>Why, in a word: <c>insufficient_scope</c>.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("address")]
    public string? Address { get; init; }

    /// <summary>When the last of them was, in seconds since 1970.</summary>
    [JsonPropertyName("last")]
    public long Last { get; init; }

    public bool IsSound => Guid.TryParse(Grant, out _) && Calls is >= 0 and <= UsageReport.MaxCalls
        && Refused is >= 0 and <= UsageReport.MaxCalls && (Address is null || IPAddress.TryParse(Address, out _));

    public Guid GrantId => Guid.Parse(Grant!);

    public IPAddress? From => Address is null ? null : IPAddress.Parse(Address);
}
