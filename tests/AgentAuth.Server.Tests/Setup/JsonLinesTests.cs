using System.Diagnostics;
using System.Text.Json;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Tests.Setup;

/// <summary>One line an event, each of them JSON, and in none of them what must not be known.</summary>
public sealed class JsonLinesTests
{
    /// <summary>Who looks for a fault lets everything be logged; what a link, a code or a token is worth is not among it.</summary>
    [Fact]
    [Spec("AA-T135")]
    public async Task Nothing_secret_is_logged_when_everything_is()
    {
        using var logs = new LogLines();
        var mailbox = new Mailbox();
        await using var server = await AuthServer.StartAsync(host =>
        {
            mailbox.Attach(host);
            logs.Attach(host, "Microsoft", "Microsoft.AspNetCore", "OpenIddict");
        });
        var (agent, alice) = (Agent.Web(server), server.Browser());
        var code = await agent.CodeFromAsync(alice);
        var tokens = await agent.RedeemAsync(code, ("code_verifier", agent.Verifier));
        tokens = await agent.RefreshAsync(tokens.RefreshToken);
        await server.SendMailAsync();
        var link = mailbox.LinkTo(People.Alice);
        await alice.OpenAsync(link);
        await alice.PressAsync("Remove and report");

        string[] secrets =
            [code, agent.Verifier, tokens.AccessToken, tokens.RefreshToken, link.Split('=')[1], "demo-web-secret", .. alice.Cookies.Values];
        Assert.True(logs.Events > 100, $"{logs.Events}");
        Assert.All(secrets, secret => Assert.DoesNotContain(logs.All, line => line.Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_whole_day_of_people_and_agents_is_lines_of_json_without_a_secret()
    {
        using var logs = new LogLines();
        await using var server = await AuthServer.StartAsync(logs.Attach);
        var (claude, alice, eve) = (Agent.Web(server), server.Browser(), server.Browser("9.9.9.9"));

        await eve.SignInAsync(People.Alice, "eves-guess-of-it");
        await alice.OpenAsync(claude.AskFor());
        await alice.SignInAsync(People.Alice);
        var question = alice.Url.Split('/')[^1].Split('?')[0];
        await alice.PressAsync("Allow");
        var code = alice.Answer["code"];
        var tokens = await claude.RedeemAsync(code);
        var next = await claude.RefreshAsync(tokens.RefreshToken);
        server.PassGrace();
        await claude.RefreshAsync(tokens.RefreshToken); // a replay
        await claude.RedeemAsync(code);
        await claude.TokenAsync([("grant_type", "refresh_token"), ("refresh_token", "a\nmade-up \"token\"")]);
        await new Agent(server.Http(), "demo-web", "a-wrong-secret", Agent.WebCallback).RefreshAsync(next.RefreshToken);
        await claude.RevokeAsync(next.AccessToken);
        await alice.OpenAsync(claude.AskFor("openid", ("redirect_uri", "https://elsewhere.test/cb?x=some-address-secret")));
        await alice.OpenAsync(Agent.Web2(server).AskFor());
        await alice.PressAsync("Cancel");

        var lines = logs.All;
        Assert.Equal(logs.Events, lines.Length); // no event takes two lines
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
        Assert.Empty(new[] { "SignedIn", "RefusedSignIn", "Allowed", "Denied", "Refused", "RefusedApp" }.Except(Events(lines)));
        string[] secrets =
        [
            People.Password, "eves-guess", "demo-web-secret", "a-wrong-secret", "made-up", "some-address-secret", claude.Verifier, code,
            question, tokens.AccessToken, tokens.RefreshToken, next.AccessToken, next.RefreshToken, .. alice.Cookies.Values,
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_error_page_and_the_log_share_an_identifier()
    {
        using var logs = new LogLines();
        await using var server = await AuthServer.StartAsync(logs.Attach);
        var alice = server.Browser();

        await alice.OpenAsync("/connect/authorize?client_id=nobody&response_type=code");

        var told = Assert.Single(
            logs.All.Select(l => JsonDocument.Parse(l).RootElement), e => e.GetProperty("event_id").GetInt32() == 1204);
        Assert.Equal("RefusedApp", told.GetProperty("event").GetString());
        Assert.Contains(told.GetProperty("error_id").GetString()!, alice.Text, StringComparison.Ordinal);
        Assert.Equal(32, told.GetProperty("trace_id").GetString()!.Length);
    }

    [Fact]
    public void A_line_says_when_how_grave_which_event_in_which_trace_and_why()
    {
        using var logs = new LogLines();
        using var step = new Activity("step").SetIdFormat(ActivityIdFormat.W3C).Start();
        var logger = logs.CreateLogger("Some.Category");

        logger.Log(
            LogLevel.Warning, new EventId(7, "Happened"), new List<KeyValuePair<string, object?>>
            {
                new("ErrorId", "abc"), new("Count", 3), new("Message", "not the line's"), new("{OriginalFormat}", "{ErrorId}"),
            }, new InvalidOperationException("two\nlines"), (_, _) => "Said \u001b[31m\u2028 so\r\n");

        var line = Assert.Single(logs.All);
        Assert.True(line.All(char.IsAscii), line); // nothing that moves a terminal's cursor or ends a line
        var said = JsonDocument.Parse(line).RootElement;
        Assert.Equal("warning", said.GetProperty("level").GetString());
        Assert.Equal("Happened", said.GetProperty("event").GetString());
        Assert.Equal("Some.Category", said.GetProperty("category").GetString());
        Assert.Equal("abc", said.GetProperty("error_id").GetString());
        Assert.Equal(3, said.GetProperty("count").GetInt32());
        Assert.StartsWith("Said", said.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(step.TraceId.ToHexString(), said.GetProperty("trace_id").GetString());
        Assert.Contains("two\nlines", said.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.True(said.TryGetProperty("time", out _));
    }

    [Theory]
    [InlineData(null, JsonLines.FormatName)]
    [InlineData("json", JsonLines.FormatName)]
    [InlineData("Text", null)]
    public async Task In_production_the_console_speaks_json_unless_told_otherwise(string? format, string? formatter)
    {
        await using var server = await AuthServer.StartAsync(host =>
        {
            if (format is not null)
            {
                host.UseSetting("AgentAuth:Logs:Format", format);
            }
        });

        Assert.Equal(formatter, server.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
    }

    [Fact]
    public void A_format_there_is_not_stops_the_start()
    {
        var refusal = Assert.Throws<FormatException>(() => Program.Build(["--AgentAuth:Logs:Format=xml"]));

        Assert.Contains("Set it:", refusal.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Events(string[] lines) =>
        lines.Select(l => JsonDocument.Parse(l).RootElement.TryGetProperty("event", out var name) ? name.GetString() : null);
}
