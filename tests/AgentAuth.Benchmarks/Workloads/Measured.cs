using AgentAuth.Benchmarks.Load;

namespace AgentAuth.Benchmarks.Workloads;

/// <summary>One round of one workload against one contestant.</summary>
internal sealed record Measured(string Target, string Workload, int Round, Window Window);
