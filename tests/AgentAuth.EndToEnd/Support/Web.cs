using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace AgentAuth.EndToEnd.Support;

/// <summary>The one HTTP client of the tests: no redirects, no cookies, loopback only.</summary>
internal static class Web
{
    public static HttpClient Client { get; } = new(new LoopbackOnly(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxConnectionsPerServer = 1_000, // more than any crowd here: who waits for one would not have come
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
    }))
    {
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>A client of its own that comes from another loopback address, and trusts one certificate.</summary>
    public static HttpClient From(IPAddress address, X509Certificate2 trusted) => new(new LoopbackOnly(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => trusted.Equals(shown) },
        ConnectCallback = async (context, stop) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }));

    public static async Task<bool> AnswersAsync(string url)
    {
        try
        {
            using var answer = await Client.GetAsync(url, TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private sealed class LoopbackOnly(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.True(request.RequestUri!.IsLoopback, $"The tests send nothing to {request.RequestUri}.");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
