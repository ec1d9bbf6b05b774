using System.Text.Json;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>A report for programs, the same on the command line and in the portal.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Of(Report report) => JsonSerializer.Serialize(
        new
        {
            report.Url,
            report.Kind,
            Failed = report.Count(Verdict.Fail),
            Warned = report.Count(Verdict.Warn),
            Passed = report.Count(Verdict.Pass),
            Checks = report.Findings.Select(f => new { f.Check, Verdict = Word(f.Verdict), f.Says, f.Fix, f.Reference }),
        },
        Readable);

    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "pass",
        Verdict.Warn => "warn",
        _ => "fail",
    };
}
