using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Journeys;

/// <summary>The doctor as an operator runs it, on what is built with us: nothing fails.</summary>
public sealed class DoctorTests(SharedDemo shared)
{
    [Fact]
    public async Task It_finds_nothing_that_fails_at_our_own_servers()
    {
        var demo = await shared.StartedAsync();

        foreach (var url in new[] { demo.Mail, demo.Files, demo.Issuer })
        {
            var said = await ChildProcess.RunAsync(
                "dotnet", Repository.Built("src", "AgentAuth.Server", "AgentAuth.Server.dll"), "doctor", url);

            Assert.Contains("\n0 failed,", said, StringComparison.Ordinal);
        }
    }
}
