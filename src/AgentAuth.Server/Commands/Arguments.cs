namespace AgentAuth.Server.Commands;

/// <summary>A command line taken apart: words of the command, its flags, and settings, which are the server's own.</summary>
internal sealed record Arguments(IReadOnlyList<string> Words, IReadOnlyList<string> Flags, string[] Settings)
{
    private static readonly string[] KnownFlags = [RotateKeys.Now, Restore.Replace, MoveToPostgres.Flag, ExamineUrl.AsJson];

    /// <summary>Settings of the framework that have no section; a typing error in any other is refused rather than ignored.</summary>
    private static readonly string[] PlainSettings = ["environment", "contentroot", "urls"];

    /// <exception cref="FormatException">Something in it is neither.</exception>
    public static Arguments Read(string[] args)
    {
        var (words, flags, settings) = (new List<string>(), new List<string>(), new List<string>());
        for (var i = 0; i < args.Length; i++)
        {
            var argument = args[i];
            if (KnownFlags.Contains(argument, StringComparer.Ordinal))
            {
                flags.Add(argument);
            }
            else if (!IsSetting(argument))
            {
                words.Add(argument);
            }
            else if (argument.Contains('=', StringComparison.Ordinal))
            {
                settings.Add(argument);
            }
            else if (i + 1 < args.Length)
            {
                settings.AddRange([argument, args[++i]]);
            }
            else
            {
                throw new FormatException($"{argument} needs a value: {argument}=…");
            }
        }
        return new(words, flags, [.. settings]);
    }

    private static bool IsSetting(string argument)
    {
        var name = argument.Split('=', 2)[0];
        if (!argument.StartsWith('-'))
        {
            return name.Length < argument.Length && name.Contains(':', StringComparison.Ordinal)
                && !name.Contains('/', StringComparison.Ordinal);
        }
        if (!name.Contains(':', StringComparison.Ordinal) && !PlainSettings.Contains(name.TrimStart('-').ToLowerInvariant()))
        {
            throw new FormatException($"{name} is no option. Options are those of the server, such as --AgentAuth:DataPath=DIR; "
                + $"flags are {string.Join(", ", KnownFlags)}.");
        }
        return true;
    }
}
