using System.Text.RegularExpressions;
using AgentAuth.EndToEnd.Support;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Pages;

public sealed partial class AccessibilityTests(SharedDemo shared, Chromium chromium, ITestOutputHelper output)
{
    private readonly List<string> _found = [];

    [Theory]
    [InlineData("light")]
    [InlineData("dark")]
    [InlineData("narrow")]
    public async Task Every_page_a_person_or_an_administrator_sees_keeps_to_WCAG_2_2_AA(string lookName)
    {
        var demo = await shared.StartedAsync();
        var look = Look.Called(lookName);
        var agent = await Agent.MeetAsync(demo);
        var tokens = await agent.ConnectAsync(Person.Alice(demo), "mail.read mail.send mail.delete offline_access");
        await agent.RefreshAsync(tokens.RefreshToken);
        await AskAliceAsync(demo, tokens.AccessToken);

        await LookAtAlicesPagesAsync(demo, look, agent.AskFor("mail.read mail.send mail.delete offline_access").Url);
        await LookAtOfficePagesAsync(demo, look, "alice@demo.test", "/account/agents", "/account");
        await LookAtOfficePagesAsync(demo, look, "admin@demo.test", "/admin", "/admin");
        await LookAtOfficePagesAsync(demo, look, "dev@demo.test", "/developers/why", "/developers");

        Assert.True(_found.Count == 0, string.Join('\n', _found));
    }

    /// <summary>A question of Demo Mail's waits for her.</summary>
    private static async Task AskAliceAsync(DemoProcess demo, string agentsToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{demo.Issuer}/connect/backchannel")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["scope"] = "openid",
                ["login_hint_token"] = agentsToken,
                ["authorization_details"] =
                    """[{"type":"agentauth_action","tool":"delete_message","action":"Delete a message","arguments":{"id":"1"}}]""",
            }),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("demo-resource:demo-resource-secret"u8));
        using var asked = await Web.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task LookAtAlicesPagesAsync(DemoProcess demo, Look look, string ask)
    {
        await using var context = await chromium.OpenAsync(look);
        var alice = new PersonInChromium(await context.NewPageAsync(), demo, "alice@demo.test");

        await alice.Page.GotoAsync(ask.Replace("callback", "elsewhere", StringComparison.Ordinal));
        await LookAtAsync(alice.Page, look, "refusal");
        await alice.Page.GotoAsync(ask);
        await LookAtAsync(alice.Page, look, "sign-in");
        await alice.SignInAsync();
        await Assertions.Expect(alice.Page.Locator("input[name=scope]").First).ToBeAttachedAsync();
        await LookAtAsync(alice.Page, look, "consent");
        await alice.Page.GotoAsync($"{demo.McpUrl}/mailbox");
        await LookAtAsync(alice.Page, look, "mailbox");
        await alice.Page.Locator("a[href*='/mail-link']").First.ClickAsync();
        await LookAtAsync(alice.Page, look, "mail-link");
        foreach (var path in new[] { "/", "/connect/logout", "/sign-out", "/nowhere" })
        {
            await alice.OpenAsync(path);
            await LookAtAsync(alice.Page, look, "alice" + path.Replace('/', '-'));
        }
    }

    /// <summary>The front page and, from link to link, the first of every kind of page.</summary>
    private async Task LookAtOfficePagesAsync(DemoProcess demo, Look look, string email, string front, string path)
    {
        await using var context = await chromium.OpenAsync(look);
        var clerk = new PersonInChromium(await context.NewPageAsync(), demo, email);
        await clerk.OpenSignedInAsync(front);
        await LookAtAsync(clerk.Page, look, front.Trim('/').Replace('/', '-'));

        var links = await clerk.Page.Locator($"nav a[href^='{path}'], main a[href^='{path}']:not([download])")
            .EvaluateAllAsync<string[]>("all => all.map(link => link.getAttribute('href'))");
        var seen = new HashSet<string>(StringComparer.Ordinal) { KindOf(front) };
        var ahead = new Queue<string>(links);
        while (ahead.TryDequeue(out var link))
        {
            if (!seen.Add(KindOf(link)))
            {
                continue;
            }
            var answer = await clerk.Page.GotoAsync(demo.Issuer + link);
            Assert.Equal(200, answer?.Status);
            await LookAtAsync(clerk.Page, look, KindOf(link).Trim('/').Replace('/', '-'));
            foreach (var further in await clerk.Page.Locator($"main a[href^='{path}']:not([download])")
                .EvaluateAllAsync<string[]>("all => all.map(link => link.getAttribute('href'))"))
            {
                ahead.Enqueue(further);
            }
        }
    }

    /// <summary>Two grants' pages are of one kind: the address without query and identifiers.</summary>
    private static string KindOf(string link) => Identifier.Replace(link.Split('?')[0], "one");

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Identifier { get; }

    private async Task LookAtAsync(IPage page, Look look, string name)
    {
        var picture = Path.Combine(Repository.Results("screenshots"), $"{name}.{look.Name}.png");
        await page.ScreenshotAsync(new() { Path = picture, FullPage = true });

        var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        var violations = await Axe.ViolationsOnAsync(page);
        output.WriteLine($"{name}: {new Uri(page.Url).AbsolutePath}: {violations.Count} violations, {wide} of {look.Width} px");
        _found.AddRange(violations.Select(violation => $"{name}, {look.Name}: {violation}"));
        if (wide > look.Width)
        {
            _found.Add($"{name}, {look.Name}: is {wide} px wide and scrolls sideways");
        }
    }
}
