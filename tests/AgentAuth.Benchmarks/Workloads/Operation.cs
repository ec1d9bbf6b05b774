using AgentAuth.Benchmarks.Load;

namespace AgentAuth.Benchmarks.Workloads;

/// <summary>What one round does over and over, how often at most, and what must be true afterwards.</summary>
internal sealed record Operation(Func<Client, Task> Run, int AtMost = int.MaxValue, Func<Task>? Afterwards = null);
