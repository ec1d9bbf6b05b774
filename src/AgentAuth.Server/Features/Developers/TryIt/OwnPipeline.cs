using System.Net;
using System.Text;
using AgentAuth.Server.Specs;
using Microsoft.AspNetCore.Http.Features;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>
/// Asks this server's own endpoints without a connection: a request goes through every rule that one from outside goes through, from the
/// caller's address, and what comes back is what a client would get. Why not by HTTP: docs/decisions/0023.
/// </summary>
internal sealed class OwnPipeline(IServiceScopeFactory scopes, Issuer issuer)
{
    /// <summary>Longer answers are cut; none of ours is as long.</summary>
    public const int MaxAnswerBytes = 256 * 1024;

    private RequestDelegate? _whole;

    /// <summary>The first middleware of all: it stands there to be asked for what follows it, and is no step of a request.</summary>
    public RequestDelegate Keep(RequestDelegate whole) => _whole = whole;

    public async Task<WireAnswer> SendAsync(WireRequest request, HttpContext caller)
    {
        var whole = _whole ?? throw new InvalidOperationException("The pipeline is not built yet.");
        await using var scope = scopes.CreateAsyncScope();
        var response = new HeldResponse();
        using var written = new MemoryStream();
        var body = new StreamResponseBodyFeature(written);
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(Read(request));
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(body);
        features.Set(new Inner());
        // Not from the factory: it would make this the current context of whoever asks for one, and the page's own is that.
        var http = new DefaultHttpContext(features)
        {
            RequestServices = scope.ServiceProvider,
            RequestAborted = caller.RequestAborted,
        };
        http.Connection.RemoteIpAddress = caller.Connection.RemoteIpAddress ?? IPAddress.None;
        await whole(http);
        caller.RequestAborted.ThrowIfCancellationRequested();
        await response.StartAsync();
        await http.Response.CompleteAsync();
        await response.FinishAsync();
        return WireAnswer.Of(http, Encoding.UTF8.GetString(written.GetBuffer(), 0, (int)Math.Min(written.Length, MaxAnswerBytes)));
    }

    private HttpRequestFeature Read(WireRequest request)
    {
        var body = Encoding.UTF8.GetBytes(request.Body);
        var read = new HttpRequestFeature
        {
            Protocol = HttpProtocol.Http11,
            Scheme = issuer.Uri.Scheme,
            Method = request.Method,
            Path = issuer.Path + request.Path,
            QueryString = request.Query,
            RawTarget = issuer.Path + request.Path + request.Query,
            Body = new MemoryStream(body, writable: false),
        };
        foreach (var (name, value) in request.Headers(issuer))
        {
            read.Headers[name] = value;
        }
        return read;
    }

    /// <summary>Marks a request that a page of ours makes while it is answered; nobody outside can.</summary>
    internal sealed class Inner;

    /// <summary>Keeps what a connection would have sent, with what is added to an answer at its start.</summary>
    private sealed class HeldResponse : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Act, object State)> _atStart = new();
        private readonly Stack<(Func<object, Task> Act, object State)> _atEnd = new();

        public override void OnStarting(Func<object, Task> callback, object state) => _atStart.Push((callback, state));

        public override void OnCompleted(Func<object, Task> callback, object state) => _atEnd.Push((callback, state));

        public Task StartAsync() => RunAsync(_atStart);

        public Task FinishAsync() => RunAsync(_atEnd);

        private static async Task RunAsync(Stack<(Func<object, Task> Act, object State)> callbacks)
        {
            while (callbacks.TryPop(out var callback))
            {
                await callback.Act(callback.State);
            }
        }
    }
}
