using AgentAuth.Server.Chores;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MimeKit;

namespace AgentAuth.Server.Tests.Chores;

/// <summary>What a real mail server is told, over a real connection.</summary>
public sealed class SmtpDeliveryTests
{
    private static readonly Letter Letter = new(
        Guid.CreateVersion7(), People.Alice, "Claude 可代表你 — naïve",
        "Hello <b>.\n\n• one\n• two & three\n\nLook:\nhttps://id.test/mail-link?token=x");

    [Fact]
    public async Task A_mail_server_gets_one_message_in_text_and_HTML_for_one_person()
    {
        await using var listener = new MailListener();

        Assert.Equal(Delivery.Sent, await To(listener).DeliverAsync(Letter, default));

        Assert.Equal(["RCPT TO:<alice@demo.test>"], listener.Heard.Where(l => l.StartsWith("RCPT", StringComparison.Ordinal)));
        var message = await ReadAsync(Assert.Single(listener.Taken));
        Assert.Equal(Letter.Subject, message.Subject);
        Assert.Equal(("Agents", "agents@example.com"), (message.From.Mailboxes.Single().Name, message.From.Mailboxes.Single().Address));
        Assert.Equal($"{Letter.Id:N}@id.test", message.MessageId);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.Equal(Letter.Text, message.TextBody!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Contains("<p>Hello &lt;b&gt;.</p><ul><li>one</li><li>two &amp; three</li></ul>"
            + "<p><a href=\"https://id.test/mail-link?token=x\">Look</a></p>", message.HtmlBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Subject\r\nBcc: everybody@example.com")]
    [InlineData("Subject\n\nA text of its own")]
    public async Task What_a_subject_says_becomes_no_header(string subject)
    {
        await using var listener = new MailListener();

        await To(listener).DeliverAsync(Letter with { Subject = subject }, default);

        var message = await ReadAsync(Assert.Single(listener.Taken));
        Assert.Empty(message.Bcc);
        Assert.Equal(Letter.Text, message.TextBody!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Single(listener.Heard, l => l.StartsWith("RCPT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("alice@demo.test>\r\nRCPT TO:<everybody@example.com")]
    [InlineData("alice@demo.test, bob@demo.test")]
    [InlineData("Alice <alice@demo.test>")]
    [InlineData("")]
    public async Task What_is_no_address_goes_nowhere(string address)
    {
        await using var listener = new MailListener();

        Assert.Equal(Delivery.Refused, await To(listener).DeliverAsync(Letter with { To = address }, default));

        Assert.Empty(listener.Heard);
    }

    [Fact]
    public async Task A_server_that_cannot_turn_to_TLS_hears_no_password()
    {
        await using var listener = new MailListener();
        var open = To(listener, o => (o.Security, o.UserName, o.Password) = (MailSecurity.StartTls, "mailer", "Secret-of-the-mailer"));

        Assert.Equal(Delivery.Later, await open.DeliverAsync(Letter, default));

        Assert.DoesNotContain(listener.Heard, l => l.StartsWith("AUTH", StringComparison.Ordinal));
        Assert.Empty(listener.Taken);
    }

    [Fact]
    public async Task It_signs_in_where_that_is_set()
    {
        await using var listener = new MailListener();
        var known = To(listener, o => (o.UserName, o.Password) = ("mailer", "Secret-of-the-mailer"));

        Assert.Equal(Delivery.Sent, await known.DeliverAsync(Letter, default));

        Assert.Single(listener.Heard, l => l.StartsWith("AUTH PLAIN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 no such person", true)]
    [InlineData("RCPT", "450 4.2.1 busy", false)]
    [InlineData("MAIL", "550 5.7.1 not from you", false)] // the operator can mend that
    [InlineData("MAIL", "530 5.7.0 sign in first", false)] // so can he this
    [InlineData("DATA", "451 4.3.0 later", false)]
    public async Task What_will_never_be_taken_is_told_from_what_is_not_taken_now(string verb, string answer, bool isForGood)
    {
        await using var listener = new MailListener();
        listener.Answers[verb] = answer;

        Assert.Equal(isForGood ? Delivery.Refused : Delivery.Later, await To(listener).DeliverAsync(Letter, default));
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_for_later()
    {
        var nobody = new MailListener();
        var delivery = To(nobody);
        await nobody.DisposeAsync();

        Assert.Equal(Delivery.Later, await delivery.DeliverAsync(Letter, default));
    }

    [Fact]
    public async Task What_can_never_be_sent_as_it_is_set_waits_like_everything_else()
    {
        await using var listener = new MailListener();

        Assert.Equal(Delivery.Later, await To(listener, o => o.Host = "127.0.0.1:25").DeliverAsync(Letter, default));
    }

    private static SmtpDelivery To(MailListener listener, Action<MailOptions>? change = null)
    {
        var options = new MailOptions
        {
            Host = "127.0.0.1",
            Port = listener.Port,
            Security = MailSecurity.None,
            From = "Agents <agents@example.com>",
        };
        change?.Invoke(options);
        return new(Options.Create(options), Issuer.Parse("https://id.test"), TimeProvider.System, NullLogger<SmtpDelivery>.Instance);
    }

    private static async Task<MimeMessage> ReadAsync(string wire)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(wire));
        return await MimeMessage.LoadAsync(stream);
    }
}
