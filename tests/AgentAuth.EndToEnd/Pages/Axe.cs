using System.Text.Json;
using AgentAuth.EndToEnd.Support;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Pages;

/// <summary>axe-core with the rules of WCAG 2.2, levels A and AA.</summary>
internal static class Axe
{
    private const string Rules = """
        async () => {
          const found = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
          return found.violations.flatMap(rule => rule.nodes.map(
            node => `${rule.id}: ${rule.help}: ${node.target}: ${node.failureSummary}`));
        }
        """;

    private static string? _source;

    public static async Task<IReadOnlyList<string>> ViolationsOnAsync(IPage page)
    {
        _source ??= await File.ReadAllTextAsync(
            NodeScript.FileIn("node_modules/axe-core/axe.min.js"), TestContext.Current.CancellationToken);
        await page.EvaluateAsync(_source);
        var found = await page.EvaluateAsync<JsonElement>(Rules);
        return [.. found.EnumerateArray().Select(violation => violation.GetString()!)];
    }
}
