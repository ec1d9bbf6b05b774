using System.ComponentModel.DataAnnotations;

namespace AgentAuth.Server.Tokens;

/// <summary>How long a browser stays signed in. <c>AgentAuth:Sessions:*</c>.</summary>
internal sealed class SessionLimits : IValidatableObject
{
    public static readonly TimeSpan LongestIdle = TimeSpan.FromHours(24);
    public static readonly TimeSpan LongestAbsolute = TimeSpan.FromDays(30);

    /// <summary>Signed out after this long without a page opened: a working day, so that one starts it by signing in.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromHours(8);

    /// <summary>Signed out after this long, however busy.</summary>
    public TimeSpan Absolute { get; set; } = TimeSpan.FromDays(7);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Idle <= Sessions.SeenEvery || Idle > LongestIdle)
        {
            yield return new($"AgentAuth:Sessions:Idle must be above {Sessions.SeenEvery} and at most {LongestIdle}.", [nameof(Idle)]);
        }
        if (Absolute < Idle || Absolute > LongestAbsolute)
        {
            yield return new($"AgentAuth:Sessions:Absolute must be at least Idle and at most {LongestAbsolute}.", [nameof(Absolute)]);
        }
    }
}
