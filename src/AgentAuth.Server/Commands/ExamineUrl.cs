using System.Net;
using AgentAuth.Server.Specs.Doctor;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

namespace AgentAuth.Server.Commands;

/// <summary>
/// <c>doctor</c>: whether agents can connect to what lies at an address, which need not be ours. Asks no database and needs no settings.
/// </summary>
internal static class ExamineUrl
{
    public const string AsJson = "--json";

    public static async Task RunAsync(Errand errand)
    {
        using var handler = Anywhere();
        using var web = new HttpMessageInvoker(handler);
        var report = await new Examination(web).RunAsync(errand.Words[0], errand.Stop);
        await (errand.Has(AsJson) ? errand.SayAsync(ReportJson.Of(report)) : SayAsync(errand, report));
        errand.Status = report.Count(Verdict.Fail) > 0 ? CommandLine.Failed : 0;
    }

    /// <summary>Whoever types the address may reach it from here anyway, so nothing is guarded.</summary>
    private static SocketsHttpHandler Anywhere() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = Reach.Patience,
        AutomaticDecompression = DecompressionMethods.None,
        SslOptions = { CertificateChainPolicy = CertificatePolicy.AskingNobody() },
    };

    private static async Task SayAsync(Errand errand, Report report)
    {
        await errand.SayAsync($"{report.Kind} {report.Url}");
        foreach (var finding in report.Findings)
        {
            var word = finding.Verdict == Verdict.Fail ? "FAIL" : ReportJson.Word(finding.Verdict);
            await errand.SayAsync($"  {word}  {finding.Check}: {finding.Says} [{finding.Reference}]");
            if (finding.Fix is not null)
            {
                await errand.SayAsync($"        fix: {finding.Fix}");
            }
        }
        await errand.SayAsync($"{report.Count(Verdict.Fail)} failed, {report.Count(Verdict.Warn)} to look at, "
            + $"{report.Count(Verdict.Pass)} passed.");
    }
}
