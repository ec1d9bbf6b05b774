namespace AgentAuth.Server.Commands.Backups;

/// <summary>What a backup is sealed with: from the environment or a file, never from the command's words, which others can list.</summary>
internal static class Passphrase
{
    public const int MinLength = 12;

    private const string Name = "AgentAuth:Backup:Passphrase";
    private const string FileName = "AgentAuth:Backup:PassphraseFile";

    /// <exception cref="FormatException">There is none, or not one to rely on.</exception>
    public static async Task<string> OfAsync(Errand errand)
    {
        if (errand.Settings.Any(IsPassphrase))
        {
            throw new FormatException("A passphrase on the command line can be read by everybody on this machine. Put it into the "
                + $"environment as AgentAuth__Backup__Passphrase, or into a file named by {FileName}.");
        }
        var passphrase = errand.Configuration[FileName] is { Length: > 0 } file
            ? (await ReadAsync(file, errand.Stop)).Split('\n')[0].TrimEnd('\r')
            : errand.Configuration[Name];
        if (string.IsNullOrEmpty(passphrase))
        {
            throw new FormatException("A backup is sealed with a passphrase, and there is none. Put it into the environment as "
                + $"AgentAuth__Backup__Passphrase, or into the first line of a file named by {FileName}.");
        }
        return passphrase.Length >= MinLength
            ? passphrase
            : throw new FormatException($"The passphrase must have at least {MinLength} characters: who has the file can guess as "
                + "often as they like.");
    }

    private static bool IsPassphrase(string setting) =>
        setting.TrimStart('-', '/').Split('=')[0].Equals(Name, StringComparison.OrdinalIgnoreCase);

    private static async Task<string> ReadAsync(string file, CancellationToken stop)
    {
        try
        {
            return await File.ReadAllTextAsync(file, stop);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"The passphrase's file cannot be read: {failure.Message}", failure);
        }
    }
}
