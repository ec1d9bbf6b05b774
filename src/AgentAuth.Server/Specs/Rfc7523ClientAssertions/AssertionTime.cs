namespace AgentAuth.Server.Specs.Rfc7523ClientAssertions;

/// <summary>Whether an assertion is of this moment, and if it is not, how far the clocks are apart.</summary>
internal static class AssertionTime
{
    private static readonly string LongestLife = AssertionFault.Apart(Assertion.LongestLife);

    /// <summary>Null when it is.</summary>
    public static string? Problem(DateTimeOffset end, DateTimeOffset? start, DateTimeOffset? made, DateTimeOffset now)
    {
        var here = $", and this server's clock says {AssertionFault.At(now)}.";
        if (end <= now - Assertion.Skew)
        {
            return $"It ended {AssertionFault.Apart(now - end)} ago: exp is {AssertionFault.At(end)}{here}{ByIat(made, now)}";
        }
        if (start > now + Assertion.Skew)
        {
            return $"It is good only {AssertionFault.Apart(start.Value - now)} from now: nbf is {AssertionFault.At(start.Value)}{here}"
                + ByIat(made, now);
        }
        if (made > now + Assertion.Skew)
        {
            return $"It was made {AssertionFault.Apart(made.Value - now)} from now: iat is {AssertionFault.At(made.Value)}{here}"
                + ByIat(made, now);
        }
        return end > now + Assertion.LongestLife + Assertion.Skew
            ? $"It ends {AssertionFault.Apart(end - now)} from now, and may end at most {LongestLife} from now: "
                + $"exp is {AssertionFault.At(end)}{here}"
            : null;
    }

    /// <summary>The clock that wrote it shows by how much it differs, if it wrote it for this request.</summary>
    private static string ByIat(DateTimeOffset? made, DateTimeOffset now) =>
        made is { } at && (at - now).Duration() > Assertion.Skew
            ? $" If it was signed just now, the clock that made iat is {AssertionFault.Apart(at - now)} "
                + (at > now ? "ahead of this server's." : "behind this server's.")
            : "";
}
