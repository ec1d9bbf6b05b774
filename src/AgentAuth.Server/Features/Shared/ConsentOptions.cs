using AgentAuth.Server.Model;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What a person may decide beside the ticks, and what the page proposes.</summary>
internal sealed record ConsentOptions
{
    public const int MostChanges = 10_000;

    public required Preset Preset { get; init; }

    public required IReadOnlyList<Term> Terms { get; init; }

    public required Term Term { get; init; }

    /// <summary>Something that is asked can change things; a limit is about that.</summary>
    public bool HasLimit { get; init; }

    /// <summary>Something that is asked deletes or spends.</summary>
    public bool CanAskFirst { get; init; }

    public int? ChangesPerDay { get; init; }

    /// <summary>The limit as the person wrote it, when it is none.</summary>
    public string? WrittenLimit { get; init; }

    public bool AsksFirst { get; init; } = true;

    public string? Label { get; init; }

    /// <summary>Null when the resource offers no choice.</summary>
    public Pickables? Pickables { get; init; }

    /// <summary>Null: all there are.</summary>
    public IReadOnlyList<string>? Picked { get; init; }

    public static ConsentOptions Of(
        IReadOnlyList<ScopeRow> rows, bool isProved, Grant? standing, TermLimits limits, IStringLocalizer words)
    {
        var terms = Shared.Terms.Offered(limits, isProved, standing, words);
        var ticksOnlyReading = rows.All(r => r.IsTicked == (r.OnlyReads || r.IsRequired));
        return new()
        {
            Preset = ticksOnlyReading && standing is null ? Preset.Read : Preset.Choose,
            Terms = terms,
            Term = Shared.Terms.Proposal(terms, limits, standing),
            HasLimit = rows.Any(r => !r.OnlyReads),
            CanAskFirst = rows.Any(r => r.Permission.Group == PermissionGroup.Delete),
            ChangesPerDay = standing?.ChangesPerDay,
            AsksFirst = standing is null || standing.AsksFirst || rows.All(r => r.IsNew || r.Permission.Group != PermissionGroup.Delete),
            Label = standing?.Label,
            Picked = standing?.PickedObjects,
        };
    }
}
