using System.Net;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>
/// How many clients may be registered at this node in an hour: some agents register anew at each connection, and for many people from one
/// network, so a place is cheap but not endless. In a crowd a network gets few places, but gets them: a flood must not shut the door for
/// those who come for the first time. How many rows there can be is bounded by <see cref="UnusedClients"/>.
/// </summary>
internal sealed class RegistrationLimits(TimeProvider clock, bool isOn)
{
    public const int PerCaller = 100;

    /// <summary>So many from all together are a crowd.</summary>
    public const int Crowd = 2_000;

    public const int PerCallerInCrowd = 3;

    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private const string All = "all";

    private readonly FailureBook _book = new(clock, Window);
    private readonly Lock _turn = new();

    /// <summary>Zero, and a place is taken; else how long to wait for one.</summary>
    public TimeSpan TakeOrWait(IPAddress? caller)
    {
        if (!isOn)
        {
            return TimeSpan.Zero;
        }
        var network = CallerNetwork.Of(caller);
        lock (_turn)
        {
            var isCrowd = _book.Of(All).WaitFor(Crowd, Window, _book.Now) > TimeSpan.Zero;
            var wait = _book.Of(network).WaitFor(isCrowd ? PerCallerInCrowd : PerCaller, Window, _book.Now);
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }
            _book.Count(network);
            _book.Count(All);
            return TimeSpan.Zero;
        }
    }
}
