using AgentAuth.Server.Tokens.Mails;

namespace AgentAuth.Demo.Mailboxes;

/// <summary>What was sent to the demo's people. It stays in memory: no e-mail leaves the demo, and a new start begins with none.</summary>
internal sealed class DemoMail(TimeProvider clock) : IMailDelivery
{
    /// <summary>The oldest make room.</summary>
    public const int Most = 100;

    private readonly Lock _gate = new();
    private readonly LinkedList<Delivered> _delivered = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Delivered> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _delivered];
            }
        }
    }

    public Task<Delivery> DeliverAsync(Letter letter, CancellationToken stop)
    {
        lock (_gate)
        {
            if (_delivered.Count == Most)
            {
                _delivered.RemoveLast();
            }
            _delivered.AddFirst(new Delivered(letter, clock.GetUtcNow()));
        }
        return Task.FromResult(Delivery.Sent);
    }
}

internal sealed record Delivered(Letter Letter, DateTimeOffset At);
