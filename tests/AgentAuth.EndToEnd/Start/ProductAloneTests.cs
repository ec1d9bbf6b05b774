using System.Text.RegularExpressions;
using AgentAuth.EndToEnd.Support;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace AgentAuth.EndToEnd.Start;

/// <summary>AgentAuth.Server without the demo, in Production.</summary>
public sealed class ProductAloneTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_operator_who_serves_an_open_network_over_http_is_refused_and_told_the_line_that_helps()
    {
        using var folder = new TemporaryFolder();
        var address = $"http://localhost:{Machine.FreePort()}";
        await using var server = StartServer(folder, "http://id.example.test", address);

        Assert.NotEqual(0, await server.WaitAsync(Patience));

        Assert.Contains("AgentAuth:Issuer", server.Output, StringComparison.Ordinal);
        Assert.Contains("https://id.example.test", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal); // a line to act on, not a stack
    }

    [Fact]
    public async Task An_operator_who_starts_it_first_is_given_a_link_that_makes_one_administrator_and_no_second()
    {
        using var folder = new TemporaryFolder();
        var address = $"http://localhost:{Machine.FreePort()}";
        await using (var first = StartServer(folder, address, address))
        {
            await IsReadyAsync(first, address);
            var link = Assert.Single(LinksIn(first.Output, address));

            await SetUpAsync(new FormBrowser(address), link);

            var stranger = new FormBrowser(address);
            await stranger.OpenAsync(link);
            Assert.Empty(PasswordFields(stranger));
        }

        await using var second = StartServer(folder, address, address);
        await IsReadyAsync(second, address);
        Assert.Empty(LinksIn(second.Output, address));
    }

    private static async Task SetUpAsync(FormBrowser browser, string link)
    {
        await browser.OpenAsync(link);
        Assert.Equal(200, browser.Status);
        browser.Fill("Email", "olga@id.example.test");
        Assert.NotEmpty(PasswordFields(browser));
        foreach (var field in PasswordFields(browser))
        {
            field.Value = "four words nobody guesses";
        }

        await browser.PressAsync(FormBrowser.Buttons(PasswordFields(browser)[0].Closest("form")!, string.Empty).First());
        Assert.Equal(200, browser.Status);
        Assert.NotEqual(new Uri(link).AbsolutePath, browser.Address.AbsolutePath, StringComparer.Ordinal);
    }

    private static IHtmlInputElement[] PasswordFields(FormBrowser browser) =>
        [.. browser.Page.QuerySelectorAll<IHtmlInputElement>("input[type=password]")];

    private static ChildProcess StartServer(TemporaryFolder folder, string issuer, string address) => ChildProcess.Start(
        "dotnet",
        [
            Repository.Built("src", "AgentAuth.Server", "AgentAuth.Server.dll"),
            $"--AgentAuth:Issuer={issuer}", $"--urls={address}", $"--AgentAuth:DataPath={folder.Path}",
        ],
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = string.Empty,
        });

    private static Task IsReadyAsync(ChildProcess server, string address) => Poll.UntilAsync(
        async () =>
        {
            if (server.HasExited)
            {
                Assert.Fail($"The server ended at once. It said:\n{server.LastWords}");
            }

            return await Web.AnswersAsync($"{address}/health/ready");
        },
        Patience,
        () => $"The server was not ready. It said:\n{server.LastWords}");

    private static string[] LinksIn(string output, string address) => [.. Regex
        .Matches(output, Regex.Escape(address) + @"/\S+", RegexOptions.None, TimeSpan.FromSeconds(1))
        .Select(match => match.Value.TrimEnd('.', '"'))
        .Distinct(StringComparer.Ordinal)];
}
