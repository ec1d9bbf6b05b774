using Microsoft.Extensions.Primitives;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>
/// What was posted, believed by nobody yet. A field that is missing means what the page proposed: who knows only the ticks posts only them.
/// </summary>
internal sealed record ConsentForm
{
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? Preset { get; init; }

    public string? Lasts { get; init; }

    public string? Limit { get; init; }

    /// <summary>A box that is not ticked posts nothing; the field beside it says that the box was there.</summary>
    public bool? Ask { get; init; }

    public string? Label { get; init; }

    public string? Things { get; init; }

    public IReadOnlyList<string> Objects { get; init; } = [];

    public static ConsentForm Of(IFormCollection form) => new()
    {
        Scopes = All(form["scope"]),
        Preset = Only(form["preset"]),
        Lasts = Only(form["lasts"]),
        Limit = Only(form["limit"]),
        Ask = form["ask"] is { Count: > 0 } asked ? asked.Contains("true", StringComparer.Ordinal) : null,
        Label = Only(form["label"]),
        Things = Only(form["things"]),
        Objects = All(form["object"]),
    };

    /// <summary>Who posts two answers to one question has given none.</summary>
    private static string? Only(StringValues values) => values.Count == 1 ? values[0] : null;

    private static IReadOnlyList<string> All(StringValues values) => [.. values.OfType<string>()];
}
