using System.Globalization;

namespace AgentAuth.Server.Specs.Uts39Confusables;

internal enum LikenessKind
{
    /// <summary>Its name can be taken for one that is not its own.</summary>
    Name = 0,

    /// <summary>Its host can be taken for another's.</summary>
    Host = 1,

    /// <summary>A word of its name has letters of two alphabets, which nobody does by mistake.</summary>
    MixedLetters = 2,
}

/// <summary>Who asks, as far as it matters to what its name may be.</summary>
/// <param name="Name">What it calls itself.</param>
/// <param name="Host">The host that is proved of it, or that the answer goes to; null for a program on the person's computer.</param>
internal sealed record Bearer(string Name, string? Host);

/// <summary>That a client can be taken for another one, and for which.</summary>
internal sealed record Likeness(LikenessKind Kind, string Of)
{
    private static readonly IdnMapping Idn = new();

    /// <summary>Null when there is nothing to warn of. A mixed alphabet is the plainest sign, a name the next, then the host.</summary>
    public static Likeness? Find(Bearer bearer, IReadOnlyList<KnownName> known)
    {
        var others = known.Concat(KnownName.Famous).Where(k => bearer.Host is null || !k.Owns(bearer.Host)).ToList();
        var words = Skeleton.WordsOf(bearer.Name);
        var like = others.Find(k => k.IsIn(words));
        if (bearer.Host is null)
        {
            // A program bears its maker's name with full right, and nobody can prove it; only a disguise gives it away.
            return MixedScripts.Has(bearer.Name) || (like is not null && IsDisguised(bearer.Name))
                ? new(like is null ? LikenessKind.MixedLetters : LikenessKind.Name, like?.Name ?? "")
                : null;
        }
        if (like is not null)
        {
            return new(LikenessKind.Name, like.Name);
        }
        if (MixedScripts.Has(bearer.Name))
        {
            return new(LikenessKind.MixedLetters, "");
        }
        var host = Unicode(bearer.Host);
        var (labels, written) = (Skeleton.WordsOf(host), Skeleton.WordsOf(host, areStrokesOne: false));
        return others.Find(k => k.IsInHost(labels, written)) is { } its ? new(LikenessKind.Host, its.Name) : null;
    }

    /// <summary>Written otherwise than in the letters it is read in.</summary>
    private static bool IsDisguised(string name) => name.Any(c => c > '~');

    private static string Unicode(string host)
    {
        try
        {
            return Idn.GetUnicode(host);
        }
        catch (ArgumentException)
        {
            return host;
        }
    }
}
