using AgentAuth.Benchmarks.Contestants;

namespace AgentAuth.Benchmarks.Profiles;

/// <summary>
/// This server with names for its frames: everything compiled once and fully, so that neither the compiler nor code without a name is in
/// the picture. Shares are right, absolute figures are not: no profile guides this compilation.
/// </summary>
internal sealed class ProfiledServer(string name, Engine engine, Place place, string program)
    : AgentAuthServer(name, engine, place, program)
{
    protected override IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_URLS"] = "",
        ["DOTNET_PerfMapEnabled"] = "1",
        ["DOTNET_EnableWriteXorExecute"] = "0",
        ["DOTNET_TieredCompilation"] = "0",
        ["DOTNET_ReadyToRun"] = "0",
    };
}
