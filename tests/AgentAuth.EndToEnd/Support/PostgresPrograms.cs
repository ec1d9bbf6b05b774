using System.Globalization;

namespace AgentAuth.EndToEnd.Support;

/// <summary>PostgreSQL's programs as Debian installs them, run as the user they ask for.</summary>
internal static class PostgresPrograms
{
    public static bool AsRoot { get; } = Environment.UserName == "root";

    /// <summary>Where the newest version lies; nothing where none is installed.</summary>
    public static string? Folder() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
            .Select(folder => Path.Combine(folder, "bin"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        : null;

    public static Task<string> RunAsync(params string[] command) => ChildProcess.RunAsync("setpriv", AsOwner(command));

    /// <summary>PostgreSQL refuses root; setpriv becomes what it runs, so that its id stays the one we know.</summary>
    public static string[] AsOwner(params string[] command) => AsRoot
        ? ["--reuid=postgres", "--regid=postgres", "--init-groups", .. command]
        : command;
}
