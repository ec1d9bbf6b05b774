namespace AgentAuth.Server.Features.Shared;

/// <summary>
/// Marks the texts people read. Pages hold them in English, which is also their key; <c>Texts.zh-Hant.resx</c> has them in
/// Traditional Chinese as written in Hong Kong. A text without a translation shows in English, never as a key.
/// </summary>
internal sealed class Texts;
