using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AgentAuth.Server.Tests.Signals;

/// <summary>What leaves the server for a collector, as bytes: the names that are promised, and nothing that is a secret.</summary>
[Collection(nameof(Measured))]
public sealed class ExportTests
{
    [Fact]
    public async Task A_collector_gets_metrics_and_traces_without_a_query_a_token_or_a_questions_name()
    {
        await using var collector = await Collector.StartAsync();
        await using var server = await AuthServer.StartAsync(host => Send(host, collector.Url));
        var (claude, alice) = (Agent.Web(server), server.Browser());

        await alice.OpenAsync(claude.AskFor());
        await alice.SignInAsync(People.Alice);
        var question = alice.Url.Split('/')[^1].Split('?')[0];
        await alice.PressAsync("Allow");
        var code = alice.Answer["code"];
        var tokens = await claude.RedeemAsync(code);
        var next = await claude.RefreshAsync(tokens.RefreshToken);
        await claude.IntrospectAsync(next.AccessToken);
        await alice.OpenAsync("/account/agents");
        await alice.PressAsync("Remove");
        await alice.OpenAsync("/consent/" + question); // it is over: an error page stands in
        await server.Browser().OpenAsync("/set-up?token=some-secret-token");
        await server.Browser().OpenAsync("/account/agents/some-secret-name/of-nothing"); // no page has this address
        Flush(server);

        Assert.All(
            ["agentauth.tokens.issued", "agentauth.token.duration", "agentauth.consents", "http.server.request.duration",
                "dotnet.gc.collections"],
            name => Assert.Contains(name, collector.Of("metrics"), StringComparison.Ordinal));
        Assert.All(
            ["agentauth.grant_type", "consent", "revoke", "/consent/{id:length(43)}", "/connect/token"],
            name => Assert.Contains(name, collector.Of("traces"), StringComparison.Ordinal));
        Assert.All(
            [question, code, tokens.AccessToken, tokens.RefreshToken, next.AccessToken, claude.Verifier, "demo-web-secret", "some-secret",
                "url.query", "code_challenge", "some-state", People.Password, People.Alice, alice.Cookies.Values.First()],
            secret => Assert.DoesNotContain(secret, collector.All, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_has_not_happened_yet_is_a_zero_and_not_nothing()
    {
        await using var collector = await Collector.StartAsync();
        await using var server = await AuthServer.StartAsync(host => Send(host, collector.Url));

        Flush(server);

        Assert.All(
            ["agentauth.key.rotations", "agentauth.event_streams", "agentauth.chores", "prune", "failed"],
            name => Assert.Contains(name, collector.Of("metrics"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_no_collector_named_there_is_no_exporter_and_with_one_signal_off_only_the_other()
    {
        await using var collector = await Collector.StartAsync();
        await using var none = await AuthServer.StartAsync();
        await using var half = await AuthServer.StartAsync(host =>
        {
            Send(host, collector.Url);
            host.UseSetting("OTEL_TRACES_EXPORTER", "none");
        });

        Assert.Null(none.Services.GetService<MeterProvider>());
        Assert.Null(none.Services.GetService<TracerProvider>());
        Assert.NotNull(half.Services.GetService<MeterProvider>());
        Assert.Null(half.Services.GetService<TracerProvider>());
    }

    [Theory]
    [InlineData("AgentAuth:Telemetry:Endpoint", "not an address")]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus")]
    public async Task What_cannot_be_done_stops_the_start_with_the_line_that_mends_it(string setting, string value)
    {
        var store = Store.New();

        var refusal = Assert.Throws<FormatException>(() => Program.Build([$"--{setting}={value}", $"--AgentAuth:DataPath={store.Folder}"]));
        await Template.DropAsync(store);

        Assert.Contains("Set it:", refusal.Message, StringComparison.Ordinal);
    }

    private static void Send(IWebHostBuilder host, string collector)
    {
        host.UseSetting("AgentAuth:Telemetry:Endpoint", collector);
        host.UseSetting("AgentAuth:Telemetry:Protocol", "http/protobuf");
    }

    private static void Flush(AuthServer server)
    {
        const int patience = 10_000;
        Assert.True(server.Services.GetRequiredService<TracerProvider>().ForceFlush(patience));
        Assert.True(server.Services.GetRequiredService<MeterProvider>().ForceFlush(patience));
    }
}
