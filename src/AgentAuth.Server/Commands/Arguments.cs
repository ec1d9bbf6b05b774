namespace AgentAuth.Server.Commands;

/// <summary>A command line taken apart: words of the command, its flags, and settings, which are the server's own.</summary>
internal sealed record Arguments(IReadOnlyList<string> Words, IReadOnlyList<string> Flags, string[] Settings)
{
    private static readonly string[] KnownFlags = [RotateKeys.Now, Restore.Replace, MoveToPostgres.Flag, ExamineUrl.AsJson];

    /// <summary>Flags that are followed by a value: <c>--keys FILE</c> or <c>--keys=FILE</c>.</summary>
    private static readonly string[] ValuedFlags = [VerifyReceipt.Keys];

    /// <summary>By their flag.</summary>
    public IReadOnlyDictionary<string, string> Values { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Settings of the framework that have no section; a typing error in any other is refused rather than ignored.</summary>
    private static readonly string[] PlainSettings = ["environment", "contentroot", "urls"];

    /// <exception cref="FormatException">Something in it is neither.</exception>
    public static Arguments Read(string[] args)
    {
        var (words, flags, settings) = (new List<string>(), new List<string>(), new List<string>());
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            var argument = args[i];
            if (KnownFlags.Contains(argument, StringComparer.Ordinal))
            {
                flags.Add(argument);
            }
            else if (ValuedFlags.Contains(argument.Split('=', 2)[0], StringComparer.Ordinal))
            {
                var flag = argument.Split('=', 2)[0];
                flags.Add(flag);
                values[flag] = ValueOf(args, ref i);
            }
            else if (!IsSetting(argument))
            {
                words.Add(argument);
            }
            else if (argument.Contains('=', StringComparison.Ordinal))
            {
                settings.Add(argument);
            }
            else
            {
                settings.AddRange([argument, ValueOf(args, ref i)]);
            }
        }
        return new(words, flags, [.. settings]) { Values = values };
    }

    private static string ValueOf(string[] args, ref int i)
    {
        var pair = args[i].Split('=', 2);
        if (pair.Length == 2)
        {
            return pair[1];
        }
        return ++i < args.Length ? args[i] : throw new FormatException($"{pair[0]} needs a value: {pair[0]}=…");
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
                + $"flags are {string.Join(", ", KnownFlags.Concat(ValuedFlags))}.");
        }
        return true;
    }
}
