using System.Text;
using System.Text.Encodings.Web;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>
/// A page of docs/guides, which are in this program, as HTML. Only these files are ever rendered, and HTML inside them is shown as text.
/// </summary>
internal sealed record Guide(string Name, string Title, string Html)
{
    private const string Files = "guide:";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().Build();

    private static readonly HashSet<string> Names = typeof(Guide).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Files, StringComparison.Ordinal)).Select(n => n[Files.Length..]).ToHashSet(StringComparer.Ordinal);

    /// <summary>Null when there is none of this name.</summary>
    public static async Task<Guide?> ReadAsync(string name, string server, string portal, CancellationToken stop)
    {
        if (!Names.Contains(name))
        {
            return null;
        }
        await using var file = typeof(Guide).Assembly.GetManifestResourceStream(Files + name)!;
        using var reader = new StreamReader(file, Encoding.UTF8);
        var document = Markdown.Parse(await reader.ReadToEndAsync(stop), Pipeline);
        var heading = document.OfType<HeadingBlock>().First();
        document.Remove(heading);
        foreach (var link in document.Descendants<LinkInline>())
        {
            link.Url = Target(link.Url ?? "", portal);
        }
        var html = document.ToHtml(Pipeline)
            .Replace("<pre>", "<pre tabindex=\"0\">", StringComparison.Ordinal) // it scrolls, so the keyboard must reach it
            .Replace(Connecting.NoServer, HtmlEncoder.Default.Encode(server), StringComparison.Ordinal);
        return new(name, string.Concat(heading.Inline!.Descendants<LiteralInline>().Select(l => l.Content.ToString())), html);
    }

    /// <summary>Where a link between files leads in the portal.</summary>
    private static string Target(string url, string portal)
    {
        var file = url.Split('#')[0];
        return file switch
        {
            "README.md" => portal + "/why",
            "../doctor.md" => portal + "/doctor",
            _ when file.EndsWith(".md", StringComparison.Ordinal) && Names.Contains(file[..^3]) => $"{portal}/guides/{file[..^3]}",
            _ => url,
        };
    }
}
