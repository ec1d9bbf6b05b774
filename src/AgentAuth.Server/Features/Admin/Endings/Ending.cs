using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;

namespace AgentAuth.Server.Features.Admin.Endings;

/// <summary>How an ending is carried out, inside the transaction that checked its size.</summary>
internal delegate Task Deed(string reason, Actor actor, CancellationToken stop);

/// <summary>One thing an administrator is about to end: what it is, what it takes with it, and how it is done.</summary>
internal sealed record Ending(string Title, string Consequence, string Name, string Back, Guid BackId, IQueryable<Grant> Grants, Deed Do)
{
    /// <summary>What nobody can choose to look like another: shown beside a name its owner wrote.</summary>
    public string? Identifier { get; init; }

    /// <summary>Clients that act in their own name and stop too.</summary>
    public IQueryable<Client>? Services { get; init; }

    public IQueryable<Session>? Sessions { get; init; }

    /// <summary>Why it must not be done at all, if so.</summary>
    public string? Obstacle { get; init; }
}

/// <summary>What would end right now.</summary>
internal sealed record Preview(int Grants, int People, int Agents, int Services, int Sessions)
{
    /// <summary>From here on a slip of the mouse is not enough: the number must be typed.</summary>
    public const int TypedAbove = 10;

    public bool MustBeTyped => Grants > TypedAbove;
}
