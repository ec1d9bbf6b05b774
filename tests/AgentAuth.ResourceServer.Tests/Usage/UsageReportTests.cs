using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;
using AgentAuth.ResourceServer.Usage;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.ResourceServer.Tests.Usage;

/// <summary>What agents call is counted and told, while nobody waits for it.</summary>
public sealed class UsageReportTests
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Calls_and_refusals_of_tools_are_told_at_the_stop_at_the_latest()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using (var samples = await Samples.StartAsync(issuer))
        {
            await samples.CallMailAsync("list_messages");
            await samples.CallMailAsync("list_messages");
            await samples.CallMailAsync("delete_message");
            await samples.CallMailAsync("made_up");
            await samples.Agent.PostAsync("/mail/mcp", samples.MailToken(), """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
            await samples.StopAsync();
        }

        var uses = Told(issuer, "/mail/mcp");

        Assert.Equal(2, Sum(uses, "calls", u => (string?)u["scope"] == "mail.read" && (string?)u["tool"] == "list_messages"));
        Assert.Equal(1, Sum(uses, "refused", u => (string?)u["scope"] == "mail.delete" && (string?)u["tool"] == "delete_message"
            && (string?)u["error"] == "insufficient_scope"));
        Assert.DoesNotContain(uses, u => (string?)u["tool"] == "made_up"); // what nobody declared is the agent's word
        Assert.Equal(1, Sum(uses, "calls", u => u["tool"] is null)); // that call, and not the list of tools
        Assert.All(uses, u => Assert.Equal("grant-1", (string?)u["gid"]));
        Assert.All(uses, u => Assert.Equal("127.0.0.1", (string?)u["address"]));
        Assert.All(uses, u => Assert.InRange((long)u["last"]!, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 600, long.MaxValue));
    }

    [Fact]
    public async Task Calls_of_a_plain_API_are_told_by_permission_and_those_of_a_removed_grant_as_refused()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using (var api = await MailApi.StartAsync(issuer))
        {
            await api.Agent.GetAsync("/mail/outbox", api.Token("mail.read mail.send"));
            await api.Agent.GetAsync("/mail/outbox", api.Token());
            issuer.Revoke(new JsonObject { ["gid"] = "grant-1" });
            await Agent.UntilAsync(async () => (await api.OpenAsync(api.Token())).Status == 401);
            await api.StopAsync();
        }

        var uses = Told(issuer, "/mail").Where(u => (string?)u["gid"] == "grant-1").ToList();

        Assert.Equal(1, Sum(uses, "calls", u => (string?)u["scope"] == "mail.send"));
        Assert.Equal(1, Sum(uses, "calls", u => (string?)u["scope"] == "mail.read"));
        Assert.Equal(1, Sum(uses, "refused", u => (string?)u["scope"] == "mail.send" && (string?)u["error"] == "insufficient_scope"));
        Assert.Equal(1, Sum(uses, "refused", u => (string?)u["error"] == "invalid_token"));
    }

    [Fact]
    public async Task Nobody_waits_for_a_report()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        var stuck = new TaskCompletionSource();
        issuer.UsageWaits = stuck.Task;

        await AdvanceUntilAsync(() => !issuer.Reports.IsEmpty);
        issuer.Introspected = true; // the clock went on, so the stream may be counted as silent
        var answer = await api.OpenAsync(api.Token());
        stuck.SetResult();

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_report_that_was_not_taken_is_sent_again_as_the_same()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        issuer.UsageAnswer = 503;

        await AdvanceUntilAsync(() => issuer.Reports.Count > 1);
        issuer.UsageAnswer = 204;
        await AdvanceUntilAsync(() => issuer.Reports.Count > 2);
        var sent = issuer.Reports.Take(3).Select(r => r.ToJsonString()).Distinct(StringComparer.Ordinal);

        Assert.Single(sent);
    }

    [Fact]
    public async Task What_is_refused_is_not_sent_again()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        issuer.UsageAnswer = 403;
        await AdvanceUntilAsync(() => !issuer.Reports.IsEmpty);

        issuer.UsageAnswer = 204;
        issuer.Introspected = true;
        await api.OpenAsync(api.Token());
        await AdvanceUntilAsync(() => issuer.Reports.Count > 1);

        var ids = issuer.Reports.Select(r => (string?)r["id"]).ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Nothing_is_told_by_who_does_not_want_to()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using (var api = await MailApi.StartAsync(issuer, o => o.ReportUsage = false))
        {
            await api.OpenAsync(api.Token());
            await api.StopAsync();
        }

        Assert.Empty(issuer.Reports);
    }

    [Fact]
    public void Memory_is_bounded_and_what_is_known_goes_on_being_counted()
    {
        var counter = new UsageCounter(_clock, isOn: true);
        for (var i = 0; i < 3 * UsageCounter.Most; i++)
        {
            counter.Called("grant-1", $"scope-{i}", tool: null, address: null);
        }

        counter.Called("grant-1", "scope-0", tool: null, address: null);
        counter.Called(grantId: null, "scope-0", tool: null, address: null); // a client's own call: no person's page
        var (counts, dropped) = counter.Take();

        Assert.Equal((UsageCounter.Most, 2 * UsageCounter.Most), (counts.Count, dropped));
        Assert.Equal(2, counts.Single(c => c.Key.Scope == "scope-0").Value.Times);
        Assert.Equal(UsageCounter.Most / UsageReport.MostUses, UsageReport.Of("r", counts).Count());
        Assert.Empty(counter.Take().Counts);
    }

    [Fact]
    public void Who_comes_from_ever_new_addresses_hides_neither_what_it_does_nor_what_others_do()
    {
        var counter = new UsageCounter(_clock, isOn: true);
        for (var i = 0; i < 2 * UsageCounter.Most; i++)
        {
            counter.Refused("grant-1", "mail.send", "send_message", "insufficient_scope", new(0x7F000000L + i));
        }

        counter.Called("grant-1", "mail.read", "list_messages", new(0x0100007FL));
        counter.Called("grant-2", "mail.read", "list_messages", new(0x0100007FL));
        var (counts, dropped) = counter.Take();

        Assert.Equal((UsageCounter.MostOfOne + 3, 0), (counts.Count, dropped));
        Assert.Equal(2 * UsageCounter.Most, counts.Where(c => c.Key.Error is not null).Sum(c => c.Value.Times));
        Assert.Contains(new("grant-1", "mail.read", "list_messages", Error: null, Address: null), counts.Keys);
    }

    [Fact]
    public void A_report_is_no_larger_than_any_server_takes()
    {
        var counter = new UsageCounter(_clock, isOn: true);
        for (var i = 0; i < UsageReport.MostUses; i++)
        {
            counter.Called($"grant-{i}", new string('s', 200), new string('t', 100), new(0x0100007FL));
        }

        var reports = UsageReport.Of("https://api.test/mail", counter.Take().Counts).ToList();

        Assert.True(reports.Count > 1);
        Assert.All(reports, r => Assert.InRange(r.Body.Length, 1, UsageReport.MostBytes));
        Assert.Equal(UsageReport.MostUses, reports.Sum(r => JsonNode.Parse(r.Body)!["uses"]!.AsArray().Count));
    }

    [Fact]
    public async Task One_report_that_cannot_be_taken_holds_up_no_other()
    {
        await using var issuer = await FakeIssuer.StartAsync(_clock);
        await using var api = await MailApi.StartAsync(issuer);
        await api.OpenAsync(api.Token());
        issuer.UsageAnswer = 413;
        await AdvanceUntilAsync(() => !issuer.Reports.IsEmpty);
        var refusedAt = _clock.GetUtcNow();

        issuer.UsageAnswer = 204;
        issuer.Introspected = true;
        await api.OpenAsync(api.Token());
        await AdvanceUntilAsync(() => issuer.Reports.Count > 1);

        Assert.InRange(_clock.GetUtcNow() - refusedAt, TimeSpan.Zero, 6 * UsageReporter.Every);
    }

    private static List<JsonNode> Told(FakeIssuer issuer, string path) =>
        [.. issuer.Reports.Where(r => ((string)r["resource"]!).EndsWith(path, StringComparison.Ordinal))
            .SelectMany(r => r["uses"]!.AsArray()).Select(u => u!)];

    private static int Sum(IEnumerable<JsonNode> uses, string what, Func<JsonNode, bool> which) =>
        uses.Where(which).Sum(u => (int?)u[what] ?? 0);

    /// <summary>Slowly enough that what is sent arrives, and fast enough that nobody waits.</summary>
    private async Task AdvanceUntilAsync(Func<bool> isThere)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var glance = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isThere())
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await glance.WaitForNextTickAsync(patience.Token);
        }
    }
}
