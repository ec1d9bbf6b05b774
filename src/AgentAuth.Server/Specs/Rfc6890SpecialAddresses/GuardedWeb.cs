using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace AgentAuth.Server.Specs.Rfc6890SpecialAddresses;

/// <summary>
/// The only way out of the process to an address that somebody else chose. A name is resolved once, every address it has is checked, and
/// the connection goes to a checked one: there is no second look-up that could answer otherwise. No redirects, no proxy, no cookies, no
/// compression, no old connections, nothing that a certificate names; of the kind that is wanted, within a size and a time.
/// </summary>
internal sealed class GuardedWeb : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MaxHeaderKilobytes = 16;
    private const int MaxTagLength = 200;

    private static readonly HttpRequestOptionsKey<bool> IsConnected = new("agentauth-connected");

    private readonly Issuer _issuer;
    private readonly Outside _outside;
    private readonly HttpClient _http;

    public GuardedWeb(Issuer issuer, Outside outside)
    {
        (_issuer, _outside) = (issuer, outside);
#pragma warning disable CA2000 // it goes with its client
        Asking = new HttpMessageInvoker(new OnlyOutside(issuer) { InnerHandler = Handler() }, disposeHandler: true);
        _http = new HttpClient(Handler(), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan }; // the time is kept below
#pragma warning restore CA2000
    }

    /// <summary>For who asks several things, in ways of their own: the same guard, which looks at each address itself. Who asks keeps
    /// size and time.</summary>
    public HttpMessageInvoker Asking { get; }

    /// <param name="address">Checked by its spelling first: <see cref="WebAddress"/>.</param>
    /// <param name="mostBytes">Of the body; one more, and it is no answer.</param>
    /// <param name="tag">Of the copy at hand, to be told that it is still good.</param>
    /// <param name="stop">Gives it up.</param>
    public Task<WebAnswer> GetAsync(Uri address, int mostBytes, string? tag, CancellationToken stop) =>
        GetAsync(address, Wanted.Json, mostBytes, tag, stop);

    /// <inheritdoc cref="GetAsync(Uri, int, string?, CancellationToken)"/>
    public async Task<WebAnswer> GetAsync(Uri address, Wanted wanted, int mostBytes, string? tag, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var request = Request(address, wanted, tag);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return response.StatusCode == HttpStatusCode.NotModified && request.Headers.IfNoneMatch.Count > 0
                ? new() { IsUnchanged = true, Lifetime = LifetimeOf(response), Tag = TagOf(response) }
                : await ReadAsync(response, wanted, mostBytes, patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return WebAnswer.None("The host did not answer within five seconds.", HasConnection(request));
        }
        catch (HttpRequestException failure) when (failure.GetBaseException() is ForbiddenPlaceException forbidden)
        {
            return WebAnswer.Failed(forbidden.Message, isOutage: false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or AuthenticationException)
        {
            return HasConnection(request)
                ? WebAnswer.None("The host broke off its answer, or gave one that is none of HTTP.", isConnected: true)
                : WebAnswer.None("The host could not be reached over a secure connection.", isConnected: false);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        Asking.Dispose();
    }

    private SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.Zero,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        MaxResponseDrainSize = 0,
        ActivityHeadersPropagator = null, // nobody outside needs to know our traces
        ConnectCallback = ConnectAsync,
        PlaintextStreamFilter = NoteConnection, // called when TLS stands too
        SslOptions = { CertificateChainPolicy = CertificatePolicy.AskingNobody(_outside.Trusted) },
    };

    private static ValueTask<Stream> NoteConnection(SocketsHttpPlaintextStreamFilterContext context, CancellationToken stop)
    {
        context.InitialRequestMessage.Options.Set(IsConnected, value: true);
        return ValueTask.FromResult(context.PlaintextStream);
    }

    private static bool HasConnection(HttpRequestMessage request) => request.Options.TryGetValue(IsConnected, out _);

    private static HttpRequestMessage Request(Uri address, Wanted wanted, string? tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var type in wanted.Types)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("AgentAuth", productVersion: null));
        if (tag is not null && EntityTagHeaderValue.TryParse(tag, out var known))
        {
            request.Headers.IfNoneMatch.Add(known);
        }
        return request;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await _outside.LookUp(host, stop);
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, a => MayReach(host, a)))
        {
            throw new ForbiddenPlaceException();
        }
        for (var i = 0; ; i++)
        {
            try
            {
                return await _outside.Connect(new IPEndPoint(addresses[i], port), stop);
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                // The next of its addresses may answer.
            }
        }
    }

    private bool MayReach(string host, IPAddress address) =>
        WebAddress.IsHere(host.Contains(':', StringComparison.Ordinal) ? $"[{host.Trim('[', ']')}]" : host)
            ? _issuer.IsLoopback && SpecialAddress.IsThisComputer(address)
            : !SpecialAddress.Is(address);

    private static async Task<WebAnswer> ReadAsync(HttpResponseMessage response, Wanted wanted, int mostBytes, CancellationToken stop)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var isGone = response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone;
            return WebAnswer.Failed($"The host answered {(int)response.StatusCode}, where 200 is needed.", isOutage: !isGone);
        }
        if (!wanted.Takes(response.Content.Headers.ContentType?.MediaType) || response.Content.Headers.ContentEncoding.Count > 0)
        {
            return WebAnswer.Failed($"The answer is not {string.Join(" or ", wanted.Types)}, or it is compressed.", isOutage: true);
        }
        var body = await BodyAsync(response, mostBytes, stop);
        return body is null
            ? WebAnswer.Failed($"The answer is larger than {mostBytes} bytes.", isOutage: true)
            : new() { Body = body, Lifetime = LifetimeOf(response), Tag = TagOf(response) };
    }

    /// <summary>Null when there is more than may be. What the host says its length is saves reading; it is not believed.</summary>
    private static async Task<byte[]?> BodyAsync(HttpResponseMessage response, int mostBytes, CancellationToken stop)
    {
        if (response.Content.Headers.ContentLength > mostBytes)
        {
            return null;
        }
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[mostBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        return length > mostBytes ? null : buffer[..length];
    }

    private static string? TagOf(HttpResponseMessage response) =>
        response.Headers.ETag?.ToString() is { Length: <= MaxTagLength } tag ? tag : null;

    private static TimeSpan? LifetimeOf(HttpResponseMessage response)
    {
        var cache = response.Headers.CacheControl;
        if (cache is { NoStore: true } or { NoCache: true })
        {
            return TimeSpan.Zero;
        }
        if ((cache?.SharedMaxAge ?? cache?.MaxAge) is { } age)
        {
            return age - (response.Headers.Age ?? TimeSpan.Zero);
        }
        return response.Content.Headers.Expires - response.Headers.Date;
    }

#pragma warning disable CA1032 // thrown and caught in this file only
    /// <summary>Ends the connecting before there is a connection.</summary>
    private sealed class ForbiddenPlaceException() : IOException("The host leads to an address that is not on the public internet.");
#pragma warning restore CA1032
}
