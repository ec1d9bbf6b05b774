namespace AgentAuth.Server.Features.Admin.Grants;

/// <summary>The rows and the instant they are judged at: live or over.</summary>
internal sealed record GrantTable(IReadOnlyList<GrantRow> Rows, DateTimeOffset Now);
