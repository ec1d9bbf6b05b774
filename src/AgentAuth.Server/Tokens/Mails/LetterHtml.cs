using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using AgentAuth.Server.Specs;

namespace AgentAuth.Server.Tokens.Mails;

/// <summary>The same e-mail in HTML: paragraphs, lists, links to this server; no picture, no style, nothing that is fetched.</summary>
internal static class LetterHtml
{
    /// <summary>Letters of any script as they are; what means something in HTML is escaped all the same.</summary>
    private static readonly HtmlEncoder Escaper = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Document(Letter letter, Issuer issuer) =>
        $"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{Escaper.Encode(letter.Subject)}</title></head>"
        + $"<body>{Body(letter.Text, issuer)}</body></html>";

    public static string Body(string text, Issuer issuer)
    {
        var html = new StringBuilder();
        foreach (var paragraph in text.Split("\n\n"))
        {
            var lines = paragraph.Split('\n');
            if (Array.TrueForAll(lines, l => l.StartsWith(MailWriter.Bullet, StringComparison.Ordinal)))
            {
                html.Append("<ul>");
                foreach (var line in lines)
                {
                    html.Append("<li>").Append(Escaper.Encode(line[MailWriter.Bullet.Length..])).Append("</li>");
                }
                html.Append("</ul>");
            }
            else if (lines is [var name, var url] && url.StartsWith(issuer.Value + "/", StringComparison.Ordinal))
            {
                html.Append("<p><a href=\"").Append(Escaper.Encode(url)).Append("\">").Append(Escaper.Encode(name.TrimEnd(':', '：')))
                    .Append("</a></p>");
            }
            else
            {
                html.Append("<p>").Append(string.Join("<br>", lines.Select(Escaper.Encode))).Append("</p>");
            }
        }
        return html.ToString();
    }
}
