namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>Something the developer can have sent. Pure: what it sends follows from the run alone.</summary>
internal sealed record Step(string Key, string Title, string Words)
{
    public required Func<Run, WireRequest> Request { get; init; }

    /// <summary>Null when it can be taken now; else what is missing.</summary>
    public Func<Run, DateTimeOffset, string?> WhyNot { get; init; } = (_, _) => null;

    /// <summary>The run once the request is on its way.</summary>
    public Func<Run, Run> Before { get; init; } = run => run;

    /// <summary>The run once it was answered.</summary>
    public Func<Run, WireAnswer, Run> After { get; init; } = (run, _) => run;

    public static Step? Named(string? key) => Steps.All.Concat(Mistakes.All).FirstOrDefault(s => s.Key == key);
}
