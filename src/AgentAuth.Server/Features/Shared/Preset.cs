using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Shared;

/// <summary>One answer to "how much?" instead of many ticks.</summary>
internal enum Preset
{
    /// <summary>What is ticked.</summary>
    Choose = 0,

    /// <summary>What only looks, and what cannot be done without.</summary>
    Read = 1,

    /// <summary>All that is asked.</summary>
    All = 2,
}

/// <summary>How many permissions of each kind, in a sentence.</summary>
internal sealed record Sum(int See, int Change, int Delete)
{
    public static Sum Of(IEnumerable<PermissionGroup> groups)
    {
        var counts = groups.CountBy(g => g).ToDictionary();
        return new(
            counts.GetValueOrDefault(PermissionGroup.See), counts.GetValueOrDefault(PermissionGroup.Change),
            counts.GetValueOrDefault(PermissionGroup.Delete));
    }

    public string Words(IStringLocalizer words) =>
        words[See == 1 ? OneTemplate : Template, See, Change, Delete];

    /// <summary>Also for the script, which counts while the person chooses.</summary>
    public const string Template = "Can see {0} things. Can change {1}. Can delete {2}.";

    public const string OneTemplate = "Can see {0} thing. Can change {1}. Can delete {2}.";
}
