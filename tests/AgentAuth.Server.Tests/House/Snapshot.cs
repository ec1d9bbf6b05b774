namespace AgentAuth.Server.Tests.House;

/// <summary>
/// What outsiders see, kept in a file: a change of it is a diff in review.
/// <c>AGENTAUTH_UPDATE_SNAPSHOTS=1 dotnet test</c> writes the files anew.
/// </summary>
internal static class Snapshot
{
    public static async Task MatchAsync(string name, string actual, bool mayUpdate = true)
    {
        var file = Repository.At("tests", "AgentAuth.Server.Tests", "Snapshots", name);
        var text = actual.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (mayUpdate && Environment.GetEnvironmentVariable("AGENTAUTH_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(file, text);
        }
        Assert.Equal(await File.ReadAllTextAsync(file), text);
    }
}
