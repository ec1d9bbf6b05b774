using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Support;

/// <summary>How a page is looked at.</summary>
public sealed record Look(string Name, ColorScheme Scheme, int Width)
{
    public static Look Light { get; } = new("light", ColorScheme.Light, 1280);

    public static Look Dark { get; } = new("dark", ColorScheme.Dark, 1280);

    /// <summary>As wide as WCAG 2.2 §1.4.10 wants a page to fit: 1,280 px at 400 %.</summary>
    public static Look Narrow { get; } = new("narrow", ColorScheme.Light, 320);

    public static Look Called(string name) => new[] { Light, Dark, Narrow }.Single(look => look.Name == name);
}
