using AgentAuth.Server.Specs.Rfc9700SecurityBcp;

namespace AgentAuth.Server.Tokens.Usage;

/// <summary>How many reports an account may send to this node in a minute: each process of a resource server sends twelve.</summary>
internal sealed class UsageLimits(TimeProvider clock, bool isOn)
{
    public const int PerAccount = 1_200;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly FailureBook _book = new(clock, Window);

    /// <summary>Zero, and it is counted; else how long to wait.</summary>
    public TimeSpan TakeOrWait(Guid account)
    {
        var key = account.ToString("N");
        if (!isOn)
        {
            return TimeSpan.Zero;
        }
        var wait = _book.Of(key).WaitFor(PerAccount, Window, _book.Now);
        if (wait <= TimeSpan.Zero)
        {
            _book.Count(key);
        }
        return wait;
    }
}
