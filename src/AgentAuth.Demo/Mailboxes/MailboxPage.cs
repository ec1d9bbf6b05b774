using System.Globalization;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace AgentAuth.Demo.Mailboxes;

/// <summary>The mailbox of all demo people, for whoever tries the links in their e-mails.</summary>
internal sealed class MailboxPage(WebApplication app, DemoMail mail, Issuer issuer, string mcpUrl)
{
    public const string Path = "/mailbox";

    // Said to be a Delegate, because a RequestDelegate's result would be lost.
    public void Map() => app.MapGet(Path, (Delegate)((HttpContext http) => ShowAsync(http)));

    private async Task<IResult> ShowAsync(HttpContext http)
    {
        if (http.Request.Host.Value != new Uri(mcpUrl).Authority)
        {
            return Results.Redirect(mcpUrl + Path); // a stranger's name that leads here must not read the links
        }
        var facts = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(MailboxSheet.Letters)] = mail.All.Select(Shown).ToList(),
        };
        await using var renderer = new HtmlRenderer(app.Services, app.Services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<MailboxSheet>(ParameterView.FromDictionary(facts))).ToHtmlString());
        return Results.Content(html, "text/html; charset=utf-8");
    }

    private ShownLetter Shown(Delivered delivered) => new(
        delivered.Letter.To, delivered.Letter.Subject, LetterHtml.Body(delivered.Letter.Text, issuer),
        delivered.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
}

/// <summary>An e-mail as the page shows it.</summary>
public sealed record ShownLetter(string To, string Subject, string Html, string At);
