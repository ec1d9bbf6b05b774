using System.Text;
using AgentAuth.Server.Specs.Uts39Confusables;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What others wrote, made fit to stand on our pages: it stays on its line and cannot turn or hide what stands beside
/// it.</summary>
internal static class DisplayText
{
    public const int InTable = 50;

    private const int MaxRunes = 200;

    /// <inheritdoc cref="CleanText.Of"/>
    public static string Clean(string? text, int most = MaxRunes) => CleanText.Of(text, most);

    public static bool IsHarmless(Rune rune) => !Unseen.Is(rune);
}
