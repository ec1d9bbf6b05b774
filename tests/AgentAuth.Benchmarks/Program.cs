using AgentAuth.Benchmarks;
using AgentAuth.Benchmarks.Contestants;
using AgentAuth.Benchmarks.Pieces;
using AgentAuth.Benchmarks.Profiles;
using AgentAuth.Benchmarks.Reports;
using AgentAuth.Benchmarks.Statements;

try
{
    return args switch
    {
        [] or ["help" or "--help", ..] or [_, "--help"] => await SayAsync(Arguments.Help),
        ["floor", .. var rest] => await FloorProgram.RunAsync(rest),
        ["traced", .. var rest] => TracedServer.Serve(rest),
        ["peers"] => await InstallAsync(),
        ["workloads", .. var rest] => await Report.WorkloadsAsync(Arguments.Read(rest)),
        ["latency", .. var rest] => await Report.LatencyAsync(Arguments.Read(rest)),
        ["statements", .. var rest] => await SayAsync(await Count.TableAsync(withSql: rest is ["--sql"])),
        ["pieces", .. var rest] => PieceSettings.Run(rest),
        ["profile", .. var rest] => await SayAsync(await Profile.RunAsync(Arguments.Read(rest))),
        ["document", .. var rest] => await Document.WriteAsync(Arguments.Read(rest)),
        ["overload", .. var rest] => await Report.OverloadAsync(Arguments.Read(rest)),
        _ => throw new UnfitException($"There is no command {args[0]}; --help lists them."),
    };
}
catch (UnfitException unfit)
{
    await Console.Error.WriteLineAsync(unfit.Message);
    return 2;
}

static async Task<int> SayAsync(string words)
{
    await Console.Out.WriteLineAsync(words);
    return 0;
}

static async Task<int> InstallAsync()
{
    await OidcProvider.InstallAsync();
    return 0;
}
