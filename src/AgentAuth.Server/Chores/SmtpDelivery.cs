using AgentAuth.Server.Specs;
using AgentAuth.Server.Tokens.Mails;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Hands e-mails to the operator's mail server. The only class that knows MailKit, and it is made only where a mail server is named: others
/// do not carry the library in memory.
/// </summary>
internal sealed partial class SmtpDelivery(
    IOptions<MailOptions> options, Issuer issuer, TimeProvider clock, ILogger<SmtpDelivery> logger) : IMailDelivery
{
    /// <summary>For one e-mail, from the first byte to the last.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int LastingCode = 500; // RFC 5321 §4.2.1: 5yz will not change by asking again

    public async Task<Delivery> DeliverAsync(Letter letter, CancellationToken stop)
    {
        if (!MailboxAddress.TryParse(letter.To, out var to) || to.Address != letter.To)
        {
            NotTaken(logger, letter.Id, "no address");
            return Delivery.Refused;
        }
        using var message = MessageOf(letter, to);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await SendAsync(message, patience.Token);
            return Delivery.Sent;
        }
        catch (SmtpCommandException refused) when (IsForGood(refused))
        {
            NotTaken(logger, letter.Id, $"{refused.ErrorCode} {(int)refused.StatusCode}");
            return Delivery.Refused;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested) // whatever it is: this e-mail waits, and no other for it
        {
            NotNow(logger, letter.Id, failure.GetType().Name);
            return Delivery.Later;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new OperationCanceledException("The e-mail was on its way when its round was ended.", failure, stop);
        }
    }

    private async Task SendAsync(MimeMessage message, CancellationToken stop)
    {
        var mail = options.Value;
        using var smtp = new SmtpClient();
        smtp.CheckCertificateRevocation = false; // a firewall that lets out to the mail server alone would make every certificate bad
        await smtp.ConnectAsync(mail.Host!, mail.Port, mail.Security switch
        {
            MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
            MailSecurity.None => SecureSocketOptions.None,
            _ => SecureSocketOptions.StartTls,
        }, stop);
        if (!string.IsNullOrEmpty(mail.UserName))
        {
            await smtp.AuthenticateAsync(mail.UserName, mail.Password!, stop);
        }
        await smtp.SendAsync(message, stop);
        await smtp.DisconnectAsync(quit: true, stop);
    }

    /// <summary>Structured all the way: what a name says can become neither a header nor another recipient.</summary>
    private MimeMessage MessageOf(Letter letter, MailboxAddress to)
    {
        var message = new MimeMessage
        {
            Subject = letter.Subject,
            Date = clock.GetUtcNow(),
            MessageId = $"{letter.Id:N}@{issuer.Uri.IdnHost}",
            Body = new MultipartAlternative
            {
                new TextPart("plain") { Text = letter.Text },
                new TextPart("html") { Text = LetterHtml.Document(letter, issuer) },
            },
        };
        message.From.Add(MailboxAddress.Parse(options.Value.From!));
        message.To.Add(to);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // RFC 3834: no out-of-office note in return
        return message;
    }

    /// <summary>What it says of this e-mail or whom it is to; of itself, or of us, it may say another thing next time.</summary>
    private static bool IsForGood(SmtpCommandException refused) => (int)refused.StatusCode >= LastingCode
        && refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted;

    [LoggerMessage(4203, LogLevel.Warning, "E-mail {Id} was not taken ({Why}) and is given up.")]
    private static partial void NotTaken(ILogger logger, Guid id, string why);

    [LoggerMessage(4202, LogLevel.Warning, "E-mail {Id} could not be handed over now ({Failure}).")]
    private static partial void NotNow(ILogger logger, Guid id, string failure);
}
