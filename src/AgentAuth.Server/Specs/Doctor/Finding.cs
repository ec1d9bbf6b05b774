namespace AgentAuth.Server.Specs.Doctor;

internal enum Verdict
{
    Pass = 0,

    /// <summary>Some clients will do without, or do worse.</summary>
    Warn = 1,

    /// <summary>A client that keeps to the documents will not connect, or must not.</summary>
    Fail = 2,
}

/// <summary>What one check found: a name that never changes, where the rule is written, what was seen, and what to do about it.</summary>
internal sealed record Finding(string Check, string Reference, Verdict Verdict, string Says, string? Fix);
