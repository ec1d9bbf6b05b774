using System.Diagnostics;
using System.Net;
using AgentAuth.EndToEnd.Support;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>
/// What a person or an administrator changes is obeyed at Demo Mail within a second, every time: counted from the press of the button.
/// Where there are two nodes, Demo Mail listens to the one and the button is pressed on the other.
/// </summary>
public sealed class ChangeTimeTests(PostgresCluster postgres)
{
    private const string Scope = "mail.read mail.send offline_access";

    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);
    private static readonly int Runs = Extent.Of(3, 50);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_is_taken_back_is_refused_within_a_second(int nodes)
    {
        var database = nodes == 1 ? null : await postgres.DatabaseAsync();
        await using var demo = await DemoProcess.OnPostgresAsync(database);
        await using var another = nodes == 1 ? null : await DemoProcess.AnotherNodeOfAsync(demo, database!);
        var site = new Site(demo, (another ?? demo).Url, nodes, await Agent.MeetAsync(demo));
        var alice = Person.Alice(demo);

        await RemovalAsync(site, alice);
        await ReductionAsync(site, alice);
        await PauseAsync(site, alice);
        await NewPasswordAsync(site, alice);
        await DisablingAsync(site);
    }

    private static Task RemovalAsync(Site site, Person alice) =>
        MeasureAsync(site, "remove", alice, HttpStatusCode.Unauthorized, async () =>
        {
            await alice.OpenSignedInAsync($"{site.Pages}/account/agents");
            return () => alice.Browser.PressAsync("Remove");
        });

    private static Task ReductionAsync(Site site, Person alice) => MeasureAsync(site, "reduce", alice, HttpStatusCode.Forbidden, async () =>
    {
        await OpenAgentAsync(site, alice);
        foreach (var box in alice.Browser.Page.QuerySelectorAll<IHtmlInputElement>("input[name=scope][value='mail.read']"))
        {
            box.IsChecked = false;
        }

        return () => alice.Browser.PressAsync("Keep only what is ticked");
    });

    private static Task PauseAsync(Site site, Person alice) => MeasureAsync(site, "pause", alice, HttpStatusCode.Unauthorized, async () =>
    {
        await OpenAgentAsync(site, alice);
        return () => alice.Browser.PressAsync("Pause");
    });

    private static Task NewPasswordAsync(Site site, Person alice)
    {
        var (old, changes) = (Person.Password, 0);
        return MeasureAsync(site, "password", alice, HttpStatusCode.Unauthorized, async () =>
        {
            await alice.OpenSignedInAsync($"{site.Pages}/account/security");
            var next = $"quartz lantern meadow {++changes}";
            alice.Browser.Fill("The password you have now", old);
            alice.Browser.Fill("New password", next);
            alice.Browser.Fill("New password again", next);
            alice.Browser.Page.QuerySelector<IHtmlInputElement>("#agents")!.IsChecked = true;
            old = next;
            return () => alice.Browser.PressAsync("Change the password");
        });
    }

    private static async Task DisablingAsync(Site site)
    {
        var admin = Person.Named(site.Demo, "admin");
        await MeasureAsync(site, "disable", Person.Bob(site.Demo), HttpStatusCode.Unauthorized, async () =>
        {
            await admin.OpenSignedInAsync($"{site.Pages}/admin/people");
            var links = admin.Browser.Page.QuerySelectorAll("a");
            await admin.Browser.FollowAsync(links.First(a => a.TextContent.Contains("bob@demo.test", StringComparison.Ordinal)));
            var disable = admin.Browser.Page.QuerySelectorAll("a").First(a => a.TextContent.Trim() == "Disable");
            await admin.Browser.FollowAsync(disable);
            admin.Browser.Fill("Reason, for the record", "A run of the tests.");
            return () => admin.Browser.PressAsync("Disable");
        }, async () =>
        {
            await admin.Browser.PressAsync("Enable");
            return Person.Bob(site.Demo);
        });
    }

    private static async Task MeasureAsync(
        Site site, string what, Person person, HttpStatusCode refusal, Func<Task<Func<Task>>> prepareAsync,
        Func<Task<Person>>? afterAsync = null)
    {
        var times = new List<TimeSpan>();
        for (var run = 0; run < Runs; run++)
        {
            var mailbox = new Mailbox(site.Demo.Mail, (await site.Agent.ConnectAsync(person, Scope)).AccessToken);
            Assert.Equal(HttpStatusCode.OK, await mailbox.TryAsync("list_messages"));
            var press = await prepareAsync();

            var pressed = Stopwatch.GetTimestamp();
            var changing = press();
            while (await mailbox.TryAsync("list_messages") != refusal)
            {
                Assert.True(Stopwatch.GetElapsedTime(pressed) < TimeSpan.FromSeconds(30), "It is never refused.");
                await Task.Delay(Glance, TestContext.Current.CancellationToken); // or looking would be most of the work there is
            }

            times.Add(Stopwatch.GetElapsedTime(pressed));
            await changing;
            person = afterAsync is null ? person : await afterAsync();
        }

        var figures = $"{what}, {site.Nodes} nodes: {times.Count} times, {times.Max().TotalMilliseconds:F0} ms at most";
        await Extent.NoteAsync($"time-{what}-{site.Nodes}", [figures]);
        Assert.All(times, time => Assert.True(time <= Promise, $"{what}: {time.TotalMilliseconds:F0} ms"));
    }

    private static async Task OpenAgentAsync(Site site, Person person)
    {
        await person.OpenSignedInAsync($"{site.Pages}/account/agents");
        await person.Browser.FollowAsync(person.Browser.Page.QuerySelector("a[href^='/account/agents/']")!);
    }

    /// <summary>Where Demo Mail hears what changes, and where the pages are that change it.</summary>
    private sealed record Site(DemoProcess Demo, string Pages, int Nodes, Agent Agent);
}
