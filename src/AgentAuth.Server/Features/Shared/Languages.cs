namespace AgentAuth.Server.Features.Shared;

/// <summary>The languages the pages speak beside English, as resources are asked to speak them too.</summary>
internal static class Languages
{
    /// <summary>By tag, with their own name for themselves.</summary>
    public static readonly IReadOnlyList<(string Tag, string Name)> BesideEnglish = [("zh-Hant-HK", "繁體中文（香港）")];
}
