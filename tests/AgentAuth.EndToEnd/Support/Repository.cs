namespace AgentAuth.EndToEnd.Support;

/// <summary>Where things lie in the working copy this test assembly was built in.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string NodeFolder { get; } = Path.Combine(Root, "tests", "AgentAuth.EndToEnd", "node");

    /// <summary>A file of the working copy, by its path from the top.</summary>
    public static string File(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>A file that another project built, in the configuration this one was built in.</summary>
    public static string Built(string room, string project, string file)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(Root, room, project, "bin", output.Parent!.Name, output.Name, file);
        Assert.True(System.IO.File.Exists(path), $"{project} has not been built: {path} is not there.");
        return path;
    }

    /// <summary>A folder for what a test leaves behind to be looked at; git does not see it.</summary>
    public static string Results(string name) =>
        Directory.CreateDirectory(Path.Combine(Root, "tests", "AgentAuth.EndToEnd", "TestResults", name)).FullName;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "AgentAuth.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("These tests run from the working copy they were built in.");
    }
}
