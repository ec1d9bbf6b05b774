using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AgentAuth.Server.Tests.Specs.ClientIdMetadataDocuments;

/// <summary>Many clients live on one host that is none of theirs: one of them cannot keep the others out.</summary>
public sealed class SlowHostTests
{
    private const string Slow = "https://app.test/slow.json";

    [Theory]
    [InlineData("silent")]
    [InlineData("endless")]
    [InlineData("broken")]
    [Spec("AA-T078")]
    public async Task An_address_that_gives_no_answer_rests_alone(string how)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Answer(Slow, http => AnswerBadlyAsync(http, how));
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();

        Assert.False(await OpenAsync(server, Slow));
        Assert.True(await OpenAsync(server, Described.App));
        Assert.False(await OpenAsync(server, Slow));

        Assert.Equal([Slow, Described.App], web.Asked);
    }

    [Fact]
    [Spec("AA-T078")]
    public async Task A_host_that_lets_nobody_in_rests_whole()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        web.IsDown = true;

        Assert.False(await OpenAsync(server, Slow));
        web.IsDown = false;
        Assert.False(await OpenAsync(server, Described.App));

        Assert.Single(web.ConnectedTo);
    }

    private static async Task AnswerBadlyAsync(HttpContext http, string how)
    {
        if (how == "broken")
        {
            http.Abort();
            return;
        }
        if (how == "endless")
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        var gone = new TaskCompletionSource();
        await using var _ = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private static async Task<bool> OpenAsync(AuthServer server, string id)
    {
        var somebody = server.Browser();
        await somebody.OpenAsync(Described.Agent(server, id).AskFor());
        return !somebody.Text.Contains("invalid_client", StringComparison.Ordinal);
    }
}
