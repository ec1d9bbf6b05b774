using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>R02: kills the server at random moments of a journey; whatever it had acknowledged must hold afterwards.</summary>
public sealed class KillTests(PostgresCluster postgres)
{
    private const string Scope = "mail.read offline_access";
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<TimeSpan> _restarts = [];

    [Theory]
    [InlineData("SQLite", 5)]
    [InlineData("PostgreSQL", 1)]
    public async Task What_was_acknowledged_holds_after_each_kill_in_mid_journey(string database, int brief)
    {
        var connection = database == "PostgreSQL" ? await postgres.DatabaseAsync() : null;
        await using var demo = await DemoProcess.OnPostgresAsync(connection);
        var rounds = Extent.Of(brief, 200);
        var admin = Person.Named(demo, "admin");
        var alice = Person.Alice(demo);
        var agent = await Agent.MeetAsync(demo);
        var journal = new Journal(agent);

        for (var round = 0; round < rounds; round++)
        {
            await ConsentIsCutAsync(demo, alice, agent);
            await RedemptionIsCutAsync(demo, alice, agent, journal);
            await RefreshIsCutAsync(demo, alice, agent, journal);
            await RemovalIsCutAsync(demo, alice, agent, journal);
            await RegistrationIsCutAsync(demo, admin);
            await journal.RemovalsHoldAsync(last: 5);
        }

        await journal.EverythingHoldsAsync();
        var (mean, longest) = (_restarts.Average(time => time.TotalSeconds), _restarts.Max().TotalSeconds);
        await Extent.NoteAsync($"R02-{database}",
        [
            $"{_restarts.Count} kills; {journal.Summary}; 0 facts lost",
            $"ready again {mean:F1} s after a kill, {longest:F1} s at most",
            .. _counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Key}: {count.Value}")),
        ]);
    }

    private async Task ConsentIsCutAsync(DemoProcess demo, Person alice, Agent agent)
    {
        await alice.RemoveEveryAgentAsync();
        var ask = agent.AskFor(Scope);
        await alice.OpenConsentAsync(ask.Url);
        alice.TickAllScopes();
        var press = alice.Browser.Submission(alice.Browser.Button("Allow") ?? throw alice.Browser.Missing("button Allow"));
        using var answer = await CutAsync(demo, "consent", within: 400, () => Web.Client.SendAsync(press(), Stop));
        if (answer is null)
        {
            await agent.ConnectAsync(alice); // whoever got no answer can start again
            return;
        }

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var landing = new Uri(new Uri(demo.Issuer), answer.Headers.Location!);
        if (landing.Authority == new Uri(demo.Issuer).Authority)
        {
            await alice.Browser.OpenAsync(landing.AbsoluteUri); // nobody asks her again
            landing = alice.Browser.Landing ?? throw alice.Browser.Missing("redirect back to the agent");
        }

        Assert.Equal(200, (await agent.RedeemAsync(ask, ask.CodeFrom(landing))).Status);
        Assert.Equal(1, await alice.CountAgentsAsync());
    }

    private async Task RedemptionIsCutAsync(DemoProcess demo, Person alice, Agent agent, Journal journal)
    {
        var ask = agent.AskFor(Scope);
        var code = ask.CodeFrom(await alice.AllowAsync(ask.Url));
        var reply = await CutAsync(demo, "redemption", within: 120, () => agent.RedeemAsync(ask, code));
        journal.CodeUsed(ask, code);
        if (reply is null)
        {
            await agent.RedeemAsync(ask, code); // may have happened or not; from here on it has
            return;
        }

        Assert.Equal(200, reply.Status);
        Assert.Equal(HttpStatusCode.OK, await new Mailbox(demo.Mail, reply.AccessToken).TryAsync("list_messages"));
        Assert.Equal(200, (await agent.RefreshAsync(reply.RefreshToken)).Status);
        journal.Replaced(reply.RefreshToken);
    }

    private async Task RefreshIsCutAsync(DemoProcess demo, Person alice, Agent agent, Journal journal)
    {
        var tokens = await agent.ConnectAsync(alice);
        var reply = await CutAsync(demo, "refresh", within: 100, () => agent.RefreshAsync(tokens.RefreshToken));
        journal.Replaced(tokens.RefreshToken);
        if (reply is null)
        {
            await agent.RefreshAsync(tokens.RefreshToken);
            return;
        }

        Assert.Equal(200, reply.Status);
        Assert.Equal(HttpStatusCode.OK, await new Mailbox(demo.Mail, reply.AccessToken).TryAsync("list_messages"));
        Assert.Equal(200, (await agent.RefreshAsync(reply.RefreshToken)).Status);
        journal.Replaced(reply.RefreshToken);
    }

    private async Task RemovalIsCutAsync(DemoProcess demo, Person alice, Agent agent, Journal journal)
    {
        await alice.RemoveEveryAgentAsync();
        var tokens = await agent.ConnectAsync(alice);
        var press = alice.Browser.Submission(await alice.OnlyRemoveButtonAsync());
        using var answer = await CutAsync(demo, "removal", within: 60, () => Web.Client.SendAsync(press(), Stop));
        if (answer is null)
        {
            await alice.RemoveEveryAgentAsync();
        }
        else
        {
            Assert.InRange((int)answer.StatusCode, 200, 399);
            Assert.Equal(0, await alice.CountAgentsAsync());
        }

        journal.Removed(tokens);
    }

    private async Task RegistrationIsCutAsync(DemoProcess demo, Person admin)
    {
        var name = $"Client {_restarts.Count}";
        await admin.OpenSignedInAsync("/admin/clients/register");
        admin.Browser.Fill("Name", name);
        admin.Browser.FillLines("Redirect addresses", "http://127.0.0.1/callback");
        var press = admin.Browser.Submission(admin.Browser.Button("Register") ?? throw admin.Browser.Missing("button Register"));
        using var answer = await CutAsync(demo, "registration", within: 100, () => Web.Client.SendAsync(press(), Stop));

        await admin.OpenSignedInAsync("/admin/clients");
        var isThere = admin.Browser.Page.Body!.TextContent.Contains(name, StringComparison.Ordinal);
        Assert.True(isThere || answer is null, $"{name} was registered and is gone.");
    }

    /// <summary>
    /// Kills the server at a random moment within so many milliseconds, about as long as it takes to answer; then starts it again.
    /// </summary>
    /// <returns>The answer, or nothing if it never came.</returns>
    private async Task<T?> CutAsync<T>(DemoProcess demo, string what, int within, Func<Task<T>> take)
        where T : class
    {
        var flight = take();
        await Task.Delay(RandomNumberGenerator.GetInt32(within), Stop);
        demo.Kill();
        T? answer;
        try
        {
            answer = await flight;
        }
        catch (HttpRequestException)
        {
            answer = null;
        }

        var outcome = $"{what} {(answer is null ? "cut off" : "acknowledged")}";
        _counts[outcome] = _counts.GetValueOrDefault(outcome) + 1;
        var killed = Stopwatch.GetTimestamp();
        await demo.RestartAsync();
        _restarts.Add(Stopwatch.GetElapsedTime(killed));
        return answer;
    }
}
