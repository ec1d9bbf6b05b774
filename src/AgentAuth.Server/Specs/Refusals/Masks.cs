using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>Takes out of a harmless value what may be none: the values of an address's query, user info, and whatever is as long and as
/// even as a token.</summary>
internal static partial class Masks
{
    private const int TimeoutMilliseconds = 1_000;

    public static string Over(string text)
    {
        var masked = QueryValue().Replace(UserInfo().Replace(text, "//…@"), "${name}…");
        return TokenLike().Replace(masked, found => string.Create(CultureInfo.InvariantCulture, $"…({found.Length})"));
    }

    [GeneratedRegex(@"(?<name>[?&#][^=&#\s]{0,100}=)[^&#\s]+", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex QueryValue();

    [GeneratedRegex(@"//[^/@\s]{1,300}@", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex UserInfo();

    /// <summary>A secret of ours has 43 characters; a name of a host's part that long is rare.</summary>
    [GeneratedRegex(@"eyJ[A-Za-z0-9_.-]{5,}|[A-Za-z0-9_+-]{40,}", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex TokenLike();
}
