using System.Text;

namespace AgentAuth.Server.Features.Shared;

/// <summary>Text in Unicode's NFC, whatever was sent: what cannot be normalized becomes the replacement character first.</summary>
internal static class UnicodeText
{
    private const char NoCharacter = '\uFFFE';
    private const char Replacement = '\uFFFD';

    /// <summary>Half a surrogate pair becomes the replacement character by way of UTF-8; U+FFFE is refused by the normalizer too.</summary>
    public static string Normal(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))
        .Replace(NoCharacter, Replacement)
        .Normalize(NormalizationForm.FormC);

    public static bool IsNormalizable(string text) => !text.Contains(NoCharacter, StringComparison.Ordinal);
}
