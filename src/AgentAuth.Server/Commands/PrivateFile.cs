namespace AgentAuth.Server.Commands;

/// <summary>A file that nobody but the server's user may read, from its first byte on.</summary>
internal static class PrivateFile
{
    private const int Buffer = 128 * 1024;

    public static FileStreamOptions New()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = Buffer,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return options;
    }

    /// <summary>Nothing gets its final name before its bytes would survive a power cut.</summary>
    public static void ToDisk(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}
