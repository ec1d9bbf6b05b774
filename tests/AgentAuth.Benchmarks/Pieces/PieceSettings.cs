using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace AgentAuth.Benchmarks.Pieces;

/// <summary>In this process: a program generated inside the checkout would be held to the gates of the house.</summary>
internal static class PieceSettings
{
    private static readonly string[] Everything = ["--filter", "*"];

    public static int Run(string[] args)
    {
        var settings = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumn(StatisticColumn.Min) // on a busy machine the one to read
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "agentauth-pieces"));
        var which = args.Length == 0 ? Everything : args;
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(PieceSettings).Assembly).Run(which, settings);
        return summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
