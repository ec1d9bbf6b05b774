namespace AgentAuth.Server.Tests.House;

/// <summary>Which room may import which: each only those to its right, and no feature another feature.</summary>
internal static class Rooms
{
    private const string Root = "AgentAuth.Server.";

    private static readonly string[] Order = ["Commands", "Setup", "Features", "Tokens", "Specs", "Model", "Signals"];

    /// <summary>Null when the arrow is allowed; else what is wrong with it.</summary>
    public static string? Problem(string from, string to)
    {
        var (source, target) = (RoomOf(from), RoomOf(to));
        if (source is null || target is null || source == target)
        {
            return source == "Features" && target == "Features" ? FeatureProblem(from, to) : null;
        }
        var allowed = source == "Chores"
            ? target is "Tokens" or "Specs" or "Model" or "Signals"
            : target != "Chores" && Array.IndexOf(Order, source) < Array.IndexOf(Order, target);
        // Setup wires everything, chores too; an operator may call for one.
        return allowed || (source is "Commands" or "Setup" && target == "Chores")
            ? null
            : $"{from} (room {source}) imports {to} (room {target})";
    }

    private static string? FeatureProblem(string from, string to)
    {
        var (source, target) = (FeatureOf(from), FeatureOf(to));
        // What lies in Features itself is the list of features.
        return source is null || target is null || source == target || target == "Shared"
            ? null
            : $"{from} (feature {source}) imports {to} (feature {target})";
    }

    private static string? RoomOf(string type)
    {
        if (!type.StartsWith(Root, StringComparison.Ordinal))
        {
            return null;
        }
        var room = type[Root.Length..].Split('.')[0];
        return Order.Contains(room, StringComparer.Ordinal) || room == "Chores" ? room : null;
    }

    private static string? FeatureOf(string type) =>
        type[Root.Length..].Split('.') is [_, var feature, _, ..] ? feature : null;
}
