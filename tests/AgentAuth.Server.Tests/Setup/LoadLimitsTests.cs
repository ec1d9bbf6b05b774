using System.Net;
using AgentAuth.Server.Features.Failures;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Tests.Setup;

/// <summary>Who is let in when there is more than can be done.</summary>
public sealed class LoadLimitsTests : IDisposable
{
    private readonly TaskCompletionSource _work = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Overload _door;
    private int _inside;

    public LoadLimitsTests() => _door = new Overload(
        WorkAsync,
        Options.Create(new LoadLimits
        {
            AtOnce = 2,
            Waiting = 1,
            SignInsAtOnce = 1,
            SignInsWaiting = 0,
            Streams = 1,
            LongestWait = TimeSpan.FromSeconds(30),
            LongestRequest = TimeSpan.FromSeconds(60),
        }),
        new RefusalBook(TimeProvider.System), NullLogger<Overload>.Instance);

    [Fact]
    public async Task Beyond_those_worked_on_and_those_waiting_programs_are_told_in_JSON_to_come_back()
    {
        var first = (Come(Endpoints.Token), Come(Endpoints.Token), Come(Endpoints.Token));

        var sent = await AnswerAsync(Endpoints.Token);

        Assert.Equal((503, "2"), (sent.StatusCode, (string?)sent.Headers.RetryAfter));
        Assert.Contains("\"error\":\"temporarily_unavailable\"", await BodyAsync(sent), StringComparison.Ordinal);
        Assert.Equal(2, _inside);
        _work.SetResult();
        await Task.WhenAll(first.Item1, first.Item2, first.Item3);
        Assert.Equal(3, _inside);
        Assert.Equal(200, (await AnswerAsync(Endpoints.Token)).StatusCode);
    }

    [Fact]
    public async Task Health_metadata_and_streams_come_in_beside_those_waiting()
    {
        var crowd = (Come(Endpoints.Token), Come(Endpoints.Token), Come(Endpoints.Token));

        var others = (Come("/health/live"), Come(Endpoints.OAuthMetadata), Come(Endpoints.RevocationEvents));
        Assert.Equal(5, _inside);
        Assert.Equal(503, (await AnswerAsync(Endpoints.RevocationEvents)).StatusCode);

        _work.SetResult();
        await Task.WhenAll(crowd.Item1, crowd.Item2, crowd.Item3, others.Item1, others.Item2, others.Item3);
    }

    [Fact]
    public async Task Passwords_have_a_door_of_their_own_and_people_are_told_on_a_page()
    {
        var one = Come("/sign-in", HttpMethods.Post);

        var sent = await AnswerAsync("/sign-in", HttpMethods.Post);

        Assert.Equal((503, "text/html; charset=utf-8"), (sent.StatusCode, sent.ContentType));
        Assert.Contains("<h1>Not right now</h1>", await BodyAsync(sent), StringComparison.Ordinal);
        var page = Come("/sign-in", HttpMethods.Get);
        Assert.Equal(2, _inside);
        _work.SetResult();
        await Task.WhenAll(one, page);
    }

    [Fact]
    public async Task Who_waits_too_long_is_sent_away()
    {
        using var door = new Overload(WorkAsync, Options.Create(new LoadLimits { AtOnce = 1, LongestWait = TimeSpan.FromMilliseconds(1) }),
            new RefusalBook(TimeProvider.System), NullLogger<Overload>.Instance);
        var first = door.InvokeAsync(To(Endpoints.Token));
        var second = To(Endpoints.Token);

        await door.InvokeAsync(second);

        Assert.Equal(503, second.Response.StatusCode);
        _work.SetResult();
        await first;
    }

    [Fact]
    public async Task A_request_past_its_deadline_is_given_up_and_answered()
    {
        using var door = new Overload(
            http => Task.Delay(Timeout.Infinite, http.RequestAborted),
            Options.Create(new LoadLimits { LongestRequest = TimeSpan.FromMilliseconds(1) }),
            new RefusalBook(TimeProvider.System), NullLogger<Overload>.Instance);
        var http = To(Endpoints.Token);

        await door.InvokeAsync(http);

        Assert.Equal((503, "2"), (http.Response.StatusCode, (string?)http.Response.Headers.RetryAfter));
        Assert.False(http.RequestAborted.IsCancellationRequested);
    }

    [Fact]
    public async Task The_deadline_is_told_as_a_failure_that_passes()
    {
        var answers = new AnswerFailures(http => Task.Delay(Timeout.Infinite, http.RequestAborted), new RefusalBook(TimeProvider.System),
            NullLogger<AnswerFailures>.Instance);
        var http = To(Endpoints.Token);
        using var deadline = new Deadline(http, TimeSpan.FromMilliseconds(1));

        await answers.InvokeAsync(http);

        Assert.Equal(503, http.Response.StatusCode);
        Assert.Contains("temporarily_unavailable", await BodyAsync(http.Response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_failed_after_the_deadline_is_answered_in_peace()
    {
        var answers = new AnswerFailures(
            async http =>
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new TimeoutException("The session could not be read.");
            },
            new RefusalBook(TimeProvider.System), NullLogger<AnswerFailures>.Instance);
        var http = To("/account/agents");
        using var deadline = new Deadline(http, TimeSpan.FromMilliseconds(1));

        await answers.InvokeAsync(http);

        Assert.Equal(503, http.Response.StatusCode);
        Assert.False(http.RequestAborted.IsCancellationRequested); // or the page that says so would be given up too
    }

    public void Dispose() => _door.Dispose();

    private Task Come(string path, string? method = null) => _door.InvokeAsync(To(path, method));

    private async Task<HttpResponse> AnswerAsync(string path, string? method = null)
    {
        var http = To(path, method);
        await _door.InvokeAsync(http);
        return http.Response;
    }

    private Task WorkAsync(HttpContext http)
    {
        Interlocked.Increment(ref _inside);
        return _work.Task;
    }

    private static DefaultHttpContext To(string path, string? method = null)
    {
        var http = new DefaultHttpContext { Request = { Path = path, Method = method ?? HttpMethods.Post } };
        http.Response.Body = new MemoryStream();
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        return http;
    }

    private static async Task<string> BodyAsync(HttpResponse response)
    {
        response.Body.Position = 0;
        return await new StreamReader(response.Body).ReadToEndAsync();
    }
}
