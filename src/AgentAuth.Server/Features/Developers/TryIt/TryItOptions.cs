namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary><c>AgentAuth:Playground:*</c>.</summary>
internal sealed class TryItOptions
{
    /// <summary>On: only developers see it, each sees only what they allowed it themselves, and it answers to a page of ours.</summary>
    public bool Enabled { get; set; } = true;
}
