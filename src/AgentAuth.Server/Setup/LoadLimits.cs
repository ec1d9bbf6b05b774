using System.ComponentModel.DataAnnotations;

namespace AgentAuth.Server.Setup;

/// <summary>
/// How much is worked on at once; what comes beyond it is told at once to come back. <c>AgentAuth:Load:*</c>. These protect the machine and
/// stay on when guessing is not throttled.
/// </summary>
internal sealed class LoadLimits : IValidatableObject
{
    private const int Most = 100_000;

    /// <summary>Requests being answered.</summary>
    [Range(1, Most)]
    public int AtOnce { get; set; } = 64;

    /// <summary>Requests that wait to be one of them.</summary>
    [Range(0, Most)]
    public int Waiting { get; set; } = 256;

    /// <summary>Passwords being checked: each costs a tenth of a second of one processor, on purpose.</summary>
    [Range(1, Most)]
    public int SignInsAtOnce { get; set; } = Environment.ProcessorCount;

    [Range(0, Most)]
    public int SignInsWaiting { get; set; } = 64;

    /// <summary>Event streams held open: one for each process of a resource server.</summary>
    [Range(1, Most)]
    public int Streams { get; set; } = 1_000;

    /// <summary>Who waited so long is sent away: an answer that comes too late is work for nobody.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// A request that takes longer is given up and answered 503, whatever it waits for: with a last statement that cannot be interrupted
    /// the answer comes within five seconds of its being let in. Not the console's, which may end many things.
    /// </summary>
    public TimeSpan LongestRequest { get; set; } = TimeSpan.FromSeconds(3.5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (LongestWait <= TimeSpan.Zero || LongestRequest < LongestWait || LongestRequest > TimeSpan.FromMinutes(5))
        {
            yield return new(
                "AgentAuth:Load: LongestWait must be above zero, LongestRequest at least as long as it and at most five minutes.",
                [nameof(LongestWait), nameof(LongestRequest)]);
        }
    }
}
