using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Deploy;

/// <summary>SIGTERM while 50 requests a second come in. Five times here; AGENTAUTH_TEST_STOPS=50 makes it as many.</summary>
public sealed class GracefulStopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(10);
    private const int AtOnce = 8;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static int Times =>
        int.TryParse(Environment.GetEnvironmentVariable("AGENTAUTH_TEST_STOPS"), CultureInfo.InvariantCulture, out var times) ? times : 5;

    [Fact]
    public async Task Whoever_was_let_in_is_answered_and_whoever_comes_later_finds_the_door_shut()
    {
        await using var demo = await DemoProcess.OnSqliteAsync();
        var (answered, turnedAway, longest) = (0, 0, TimeSpan.Zero);
        for (var time = 0; time < Times; time++)
        {
            var outcomes = new ConcurrentQueue<string>();
            var load = LoadAsync(demo, outcomes);
            await Poll.UntilAsync(() => Task.FromResult(outcomes.Count >= 50), TimeSpan.FromSeconds(60), () => "It does not answer.");

            var told = Stopwatch.GetTimestamp();
            Assert.Equal(0, await demo.StopAsync());
            var took = Stopwatch.GetElapsedTime(told);
            await load;

            Assert.True(took <= AtMost, $"It took {took} to stop.");
            Assert.Empty(outcomes.Where(o => o is not ("200" or "refused")).Distinct());
            answered += outcomes.Count(o => o == "200");
            turnedAway += outcomes.Count(o => o == "refused");
            longest = took > longest ? took : longest;
            await demo.RestartAsync();
        }
        output.WriteLine($"{Times} stops: {answered} answered, {turnedAway} found nobody, none cut; within {longest.TotalSeconds:F1} s");
    }

    /// <summary>Every second request on a connection that is kept, every other on one of its own.</summary>
    private static async Task LoadAsync(DemoProcess demo, ConcurrentQueue<string> outcomes)
    {
        using var kept = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var fresh = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
        using var pace = new PeriodicTimer(Between);
        List<Task> flights = [];
        for (var n = 0; !outcomes.Contains("refused") && await pace.WaitForNextTickAsync(Stop); n++)
        {
            flights.RemoveAll(f => f.IsCompletedSuccessfully);
            if (flights.Count >= AtOnce)
            {
                continue; // a slow machine: how it stops is asked here, not what it can bear
            }
            flights.Add(AskAsync(n % 2 == 0 ? kept : fresh, demo, outcomes));
        }
        await Task.WhenAll(flights);
    }

    private static async Task AskAsync(HttpClient web, DemoProcess demo, ConcurrentQueue<string> outcomes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{demo.Url}/connect/token");
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes("demo-service:demo-service-secret"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        request.Content = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("scope", "mail.read"), new("resource", demo.Mail),
        ]);
        try
        {
            using var answer = await web.SendAsync(request, Stop);
            var token = await answer.Content.ReadAsStringAsync(Stop);
            var isWhole = answer.StatusCode == HttpStatusCode.OK && token.EndsWith('}');
            outcomes.Enqueue(isWhole ? "200" : $"{(int)answer.StatusCode} {token}");
        }
        catch (HttpRequestException failure)
        {
            // No connection: nothing of the request had left.
            var isShut = failure.HttpRequestError == HttpRequestError.ConnectionError;
            outcomes.Enqueue(isShut ? "refused" : failure.ToString());
        }
    }
}
