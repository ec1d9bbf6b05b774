using AgentAuth.Server.Model;

namespace AgentAuth.Server.Commands;

/// <summary>A database that a backup is being brought into: not there for anybody else before it is finished.</summary>
internal abstract class Arrival(AgentAuthDb db) : IAsyncDisposable
{
    public AgentAuthDb Db { get; } = db;

    public ProtectionKeys Keys { get; } = new();

    /// <summary>What the operator should know about what was there before.</summary>
    public virtual string Remark => "";

    /// <summary>The rows are as they were in the backup; its tables may now become this program's.</summary>
    public abstract Task RowsAreInAsync(CancellationToken stop);

    /// <summary>From here on it is the server's database.</summary>
    public abstract Task FinishAsync(CancellationToken stop);

    public virtual ValueTask DisposeAsync() => Db.DisposeAsync();
}
