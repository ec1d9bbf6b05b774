namespace AgentAuth.Server.Tests.House;

/// <summary>The checkout the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Files people write: neither built nor generated.</summary>
    public static IEnumerable<string> Sources(params string[] extensions) =>
        new[] { "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(At(folder), "*", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Where(file =>
                !file.Split('/').Any(part => part is "bin" or "obj" or "Migrations" or "node_modules" or "TestResults" or "data"));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AgentAuth.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName
            ?? throw new InvalidOperationException("The tests must run from a checkout: AgentAuth.sln is in no folder above them.");
    }
}
