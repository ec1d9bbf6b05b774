namespace AgentAuth.Server.Tokens.Mails;

/// <summary>An e-mail as it leaves.</summary>
/// <param name="Id">The same at each try: who gets it twice can tell.</param>
/// <param name="To">One address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">What it says; <see cref="LetterHtml"/> says the same in HTML.</param>
internal sealed record Letter(Guid Id, string To, string Subject, string Text);

internal enum Delivery
{
    Sent = 0,

    /// <summary>Not now: it is tried again.</summary>
    Later = 1,

    /// <summary>Never: the mail server will not have it.</summary>
    Refused = 2,
}

/// <summary>Where e-mails go: a mail server, or the demo's mailbox page. Nothing is written while there is none.</summary>
internal interface IMailDelivery
{
    Task<Delivery> DeliverAsync(Letter letter, CancellationToken stop);
}
