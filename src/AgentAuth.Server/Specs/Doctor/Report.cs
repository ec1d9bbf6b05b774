namespace AgentAuth.Server.Specs.Doctor;

/// <summary>Everything that was found at an address, in the order it was looked at.</summary>
internal sealed class Report(string url)
{
    private readonly List<Finding> _findings = [];

    public string Url => url;

    /// <summary>What it turned out to be.</summary>
    public string Kind { get; set; } = "";

    public IReadOnlyList<Finding> Findings => _findings;

    public int Count(Verdict verdict) => _findings.Count(f => f.Verdict == verdict);

    public void Pass(string check, string reference, string says) => _findings.Add(new(check, reference, Verdict.Pass, says, null));

    public void Warn(string check, string reference, string says, string fix) =>
        _findings.Add(new(check, reference, Verdict.Warn, says, fix));

    public void Fail(string check, string reference, string says, string fix) =>
        _findings.Add(new(check, reference, Verdict.Fail, says, fix));

    /// <summary>It is so, or it fails.</summary>
    public bool Must(bool isSo, string check, string reference, string good, string bad, string fix)
    {
        _findings.Add(isSo ? new(check, reference, Verdict.Pass, good, null) : new(check, reference, Verdict.Fail, bad, fix));
        return isSo;
    }

    /// <summary>It is so, or it warns.</summary>
    public void Should(bool isSo, string check, string reference, string good, string bad, string fix) =>
        _findings.Add(isSo ? new(check, reference, Verdict.Pass, good, null) : new(check, reference, Verdict.Warn, bad, fix));
}
