namespace AgentAuth.Server.Features.Shared;

/// <summary>The things of a person's that a resource lets them pick from, as it told just now.</summary>
/// <param name="Name">What such a thing is called: "folder". In the resource's words.</param>
/// <param name="Things">All there are to pick; null when it could not be asked.</param>
internal sealed record Pickables(string Name, IReadOnlyList<Pickable>? Things)
{
    /// <summary>What was picked and could not be held against the list: the form keeps it for another try.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];
}

/// <param name="Identifier">The resource's own, which travels in the token.</param>
/// <param name="Name">What the person knows it as.</param>
internal sealed record Pickable(string Identifier, string Name);
