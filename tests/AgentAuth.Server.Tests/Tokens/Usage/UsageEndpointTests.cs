using System.Net;
using System.Text;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Usage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.Server.Tests.Tokens.Usage;

/// <summary>Resource servers tell what agents called, each of its own grants, each report once.</summary>
public sealed class UsageEndpointTests
{
    [Fact]
    public async Task Calls_are_counted_for_each_permission_and_stand_in_the_feed()
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Web(server).TokensFromAsync(server.Browser());
        var gid = Reporting.GrantOf(tokens);
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        var last = server.Clock.GetUtcNow().ToUnixTimeSeconds();

        await server.IsToldAsync(
            new { gid, scope = "mail.read", tool = "list_messages", calls = 14, address = "203.0.113.7", last },
            new { gid, scope = "mail.read", calls = 1, address = "203.0.113.7", last = last - 60 },
            new { gid, scope = "mail.delete", tool = "delete_message", refused = 2, error = "insufficient_scope", last });
        await server.IsToldAsync(new { gid, scope = "mail.read", tool = "list_messages", calls = 2, address = "203.0.113.7", last });

        var use = Assert.Single(await server.LookAsync(db => db.ScopeUses.ToListAsync()));
        Assert.Equal(("mail.read", 17, last), (use.Scope, use.Calls, use.LastUsedAt.ToUnixTimeSeconds()));
        var lines = (await server.LookAsync(db => db.Activities
                .Where(a => a.Kind == ActivityKind.Called || a.Kind == ActivityKind.CallRefused).ToListAsync()))
            .Select(a => (a.Kind, a.What, a.Address, a.Count)).OrderBy(l => l.What, StringComparer.Ordinal);
        Assert.Equal(
            [
                (ActivityKind.CallRefused, "insufficient_scope mail.delete delete_message", null, 2),
                (ActivityKind.Called, "mail.read", "203.0.113.7", 1),
                (ActivityKind.Called, "mail.read list_messages", "203.0.113.7", 16),
            ],
            lines);
        Assert.Equal(server.Clock.GetUtcNow(), await server.LookAsync(db => db.Grants.Select(g => g.LastUsedAt).SingleAsync()));
    }

    [Fact]
    public async Task A_report_that_comes_twice_is_counted_once_at_any_node()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();
        var gid = Reporting.GrantOf(await Agent.Web(server).TokensFromAsync(server.Browser()));
        object[] uses = [new { gid, scope = "mail.read", calls = 3 }];
        var id = Reporting.NewId();

        using var first = await server.ReportsAsync(id, uses);
        using var again = await another.ReportsAsync(id, uses);
        using var other = await another.ReportsAsync(Reporting.NewId(), uses);

        Assert.All([first, again, other], a => Assert.Equal(HttpStatusCode.NoContent, a.StatusCode));
        Assert.Equal(6, (await server.LookAsync(db => db.ScopeUses.SingleAsync())).Calls);
    }

    [Fact]
    public async Task Grants_of_another_resource_and_none_at_all_are_passed_over_without_a_word()
    {
        await using var server = await AuthServer.StartAsync();
        var mail = Reporting.GrantOf(await Agent.Web(server).TokensFromAsync(server.Browser()));
        object[] uses =
            [new { gid = mail, scope = "mail.read", calls = 3 }, new { gid = Guid.CreateVersion7(), scope = "mail.read", calls = 3 }];

        using var files = await server.ReportsAsync(
            Reporting.NewId(), uses, "demo-files-resource:demo-files-resource-secret", AuthServer.Files);

        Assert.Equal(HttpStatusCode.NoContent, files.StatusCode);
        Assert.Equal("", await files.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await server.LookAsync(db => db.ScopeUses.CountAsync()));
        Assert.Equal(0, await server.LookAsync(db => db.Activities.CountAsync(a => a.Kind == ActivityKind.Called)));
    }

    [Theory]
    [InlineData(null, AuthServer.Mail, 401, "invalid_client")]
    [InlineData("demo-resource:wrong", AuthServer.Mail, 401, "invalid_client")]
    [InlineData("demo-files-resource:demo-files-resource-secret", AuthServer.Mail, 403, "access_denied")]
    [InlineData("demo-web:demo-web-secret", AuthServer.Mail, 403, "access_denied")]
    [InlineData(Reporting.MailAccount, AuthServer.Files, 403, "access_denied")]
    [InlineData(Reporting.MailAccount, "http://unknown.test", 403, "access_denied")]
    public async Task Only_a_resources_own_account_tells_about_it(string? credentials, string resource, int status, string error)
    {
        await using var server = await AuthServer.StartAsync();
        var gid = Reporting.GrantOf(await Agent.Web(server).TokensFromAsync(server.Browser()));

        using var answer = await server.ReportsAsync(
            Reporting.NewId(), [new { gid, scope = "mail.read", calls = 3 }], credentials, resource);

        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(error, body, StringComparison.Ordinal);
        Assert.Contains("error_id", body, StringComparison.Ordinal);
        Assert.Equal(0, await server.LookAsync(db => db.ScopeUses.CountAsync()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":"short","resource":"R","uses":[{"gid":"G"}]}""")]
    [InlineData("""{"id":"0123456789abcdef","resource":"R","uses":[]}""")]
    [InlineData("""{"id":"0123456789abcdef","resource":"R","uses":[null]}""")]
    [InlineData("""{"id":"0123456789abcdef","resource":"R","uses":[{"gid":"not-a-grant","calls":1}]}""")]
    [InlineData("""{"id":"0123456789abcdef","resource":"R","uses":[{"gid":"G","calls":-1}]}""")]
    [InlineData("""{"id":"0123456789abcdef","resource":"R","uses":[{"gid":"G","calls":1000000}]}""")]
    [InlineData("""{"id":"0123456789abcdef","resource":"R","uses":[{"gid":"G","calls":1.5}]}""")]
    [InlineData("""{"id":"0123456789abcdef","resource":"R","uses":[{"gid":"G","calls":1,"address":"nowhere"}]}""")]
    public async Task What_is_no_report_is_refused(string body)
    {
        await using var server = await AuthServer.StartAsync();
        var text = body.Replace("\"R\"", $"\"{AuthServer.Mail}\"", StringComparison.Ordinal)
            .Replace("\"G\"", $"\"{Guid.CreateVersion7()}\"", StringComparison.Ordinal);

        using var answer = await server.SendsReportAsync(new StringContent(text, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(
            "invalid_request", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_is_too_large_or_no_JSON_is_refused()
    {
        await using var server = await AuthServer.StartAsync();
        object[] many = [.. Enumerable.Range(0, UsageReport.MaxUses + 1).Select(_ => new { gid = Guid.CreateVersion7(), calls = 1 })];
        object[] large = [new { gid = Guid.CreateVersion7(), tool = new string('x', UsageReport.MaxBytes), calls = 1 }];

        using var first = await server.ReportsAsync(Reporting.NewId(), many);
        using var second = await server.ReportsAsync(Reporting.NewId(), large);
        using var third = await server.SendsReportAsync(new FormUrlEncodedContent([new("id", "0123456789abcdef")]));

        Assert.All([first, second, third], a => Assert.Equal(HttpStatusCode.BadRequest, a.StatusCode));
    }

    [Fact]
    public async Task What_is_no_word_of_ours_is_left_out_and_times_are_brought_within_reason()
    {
        await using var server = await AuthServer.StartAsync();
        var gid = Reporting.GrantOf(await Agent.Web(server).TokensFromAsync(server.Browser()));

        await server.IsToldAsync(
            new { gid, scope = "made.up", tool = "<b>you won</b>", calls = 1, last = long.MaxValue },
            new { gid, scope = "mail.read", tool = "x y", refused = 1, error = "Call 555-0100!", last = long.MinValue });

        var lines = await server.LookAsync(
            db => db.Activities.Where(a => a.Kind == ActivityKind.Called || a.Kind == ActivityKind.CallRefused).ToListAsync());
        Assert.Equal([null, "- mail.read"], lines.OrderBy(l => l.Kind).Select(l => l.What));
        Assert.All(lines, l => Assert.InRange(l.At, server.Clock.GetUtcNow() - TimeSpan.FromHours(3), server.Clock.GetUtcNow()));
        Assert.Equal(0, await server.LookAsync(db => db.ScopeUses.CountAsync()));
    }

    [Fact]
    public void Who_reports_too_often_waits()
    {
        var clock = new FakeTimeProvider();
        var limits = new UsageLimits(clock, isOn: true);
        var (busy, quiet) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        Assert.All(Enumerable.Range(0, UsageLimits.PerAccount), _ => Assert.Equal(TimeSpan.Zero, limits.TakeOrWait(busy)));

        Assert.True(limits.TakeOrWait(busy) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, limits.TakeOrWait(quiet));
        clock.Advance(UsageLimits.Window);
        Assert.Equal(TimeSpan.Zero, limits.TakeOrWait(busy));
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData(null, "mail.read", null, "mail.read")]
    [InlineData(null, null, "whoami", "- whoami")]
    [InlineData(null, "mail.read", "list", "mail.read list")]
    public void A_call_is_kept_and_read_again(string? error, string? scope, string? tool, string? kept)
    {
        var call = new CallName(error, scope, tool);

        Assert.Equal(kept, call.KeptAsCall);
        Assert.Equal(call, CallName.OfCall(kept));
    }

    [Theory]
    [InlineData("insufficient_scope", "mail.read", "list", "insufficient_scope mail.read list")]
    [InlineData("insufficient_scope", null, "list", "insufficient_scope - list")]
    [InlineData("invalid_token", null, null, "invalid_token")]
    [InlineData(null, "mail.read", null, "- mail.read")]
    [InlineData(null, null, null, "-")]
    public void A_refusal_is_kept_and_read_again(string? error, string? scope, string? tool, string kept)
    {
        var call = new CallName(error, scope, tool);

        Assert.Equal(kept, call.KeptAsRefusal);
        Assert.Equal(call, CallName.OfRefusal(kept));
    }

    [Fact]
    public void A_tool_that_does_not_fit_is_left_out()
    {
        var call = new CallName("insufficient_scope", new string('s', 100), new string('t', 128));

        Assert.Equal(call with { Tool = null }, CallName.OfRefusal(call.KeptAsRefusal));
        Assert.Equal(call with { Tool = null, Error = null }, CallName.OfCall((call with { Error = null }).KeptAsCall));
    }
}
