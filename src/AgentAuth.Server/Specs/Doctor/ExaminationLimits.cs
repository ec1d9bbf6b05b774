using AgentAuth.Server.Specs.Rfc9700SecurityBcp;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>How often this node examines for others: an examination is some twenty requests to a stranger.</summary>
internal sealed class ExaminationLimits(TimeProvider clock)
{
    public const int PerPerson = 10;
    public const int InAll = 60;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>An examination may take so long; places are slow, and there are many questions.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private const string All = "all";

    private readonly FailureBook _examined = new(clock, Window);
    private readonly Lock _turn = new();

    /// <summary>Zero when there is a place, which is taken then; else how long there is none.</summary>
    public TimeSpan Take(Guid person)
    {
        var key = person.ToString("N");
        lock (_turn)
        {
            var wait = Max(WaitOf(key, PerPerson), WaitOf(All, InAll));
            if (wait <= TimeSpan.Zero)
            {
                _examined.Count(key);
                _examined.Count(All);
            }
            return Max(wait, TimeSpan.Zero);
        }
    }

    private TimeSpan WaitOf(string key, int most) => _examined.Of(key).WaitFor(most, Window, _examined.Now);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
