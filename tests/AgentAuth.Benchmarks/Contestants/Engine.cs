namespace AgentAuth.Benchmarks.Contestants;

/// <summary>Where a contestant keeps its rows, and how durably.</summary>
internal enum Engine
{
    Sqlite = 0,
    SqliteNormal = 1,
    Postgres = 2,
}
