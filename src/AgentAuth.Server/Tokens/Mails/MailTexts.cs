namespace AgentAuth.Server.Tokens.Mails;

/// <summary>
/// Marks the texts of e-mails, which are written in the language of whom they go to. English stands in the code and is the key;
/// <c>MailTexts.zh-Hant.resx</c> has them in Traditional Chinese as written in Hong Kong.
/// </summary>
internal sealed class MailTexts;
