using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentAuth.Server.Tests.Setup;

/// <summary>What a proxy or an orchestrator is told.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Whoever_watches_is_told_that_tokens_can_be_issued()
    {
        await using var server = await AuthServer.StartAsync();

        Assert.Equal((HttpStatusCode.OK, "ready"), await AskAsync(server, "/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "alive"), await AskAsync(server, "/health/live"));
    }

    [Fact]
    public async Task A_server_whose_database_does_not_answer_lives_but_is_not_ready()
    {
        await using var server = await AuthServer.StartAsync();

        await server.LookAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE \"SigningKeys\" RENAME TO \"Elsewhere\""));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready: no database"), await AskAsync(server, "/health/ready"));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "/health/live")).Status);

        await server.LookAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE \"Elsewhere\" RENAME TO \"SigningKeys\""));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "/health/ready")).Status);
    }

    [Fact]
    public async Task A_server_that_was_told_to_stop_is_not_ready_but_answers_and_asks_callers_to_hang_up()
    {
        await using var server = await AuthServer.StartAsync(host => host.UseSetting("AgentAuth:Shutdown:Drain", "00:00:05"));
        var http = server.Http();
        using var before = await http.GetAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative));

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready: draining"), await AskAsync(server, "/health/ready"));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "/health/live")).Status);
        using var after = await http.GetAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.NotEqual(true, before.Headers.ConnectionClose);
        Assert.True(after.Headers.ConnectionClose);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-00:00:01")]
    [InlineData("01:00:00")]
    public void A_drain_time_that_is_none_stops_the_start_with_the_line_that_mends_it(string drain)
    {
        var refused = Assert.Throws<FormatException>(() => Program.Build([$"--AgentAuth:Shutdown:Drain={drain}"]));

        Assert.Contains("--AgentAuth:Shutdown:Drain=", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(AuthServer server, string path)
    {
        using var answer = await server.Http().GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
