namespace AgentAuth.SampleMcp;

/// <summary>A file as tools show it.</summary>
internal sealed record SampleFile(string Name, string Text);
