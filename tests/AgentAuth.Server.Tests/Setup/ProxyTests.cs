using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Setup;

/// <summary>Where a request comes from, told by the throttle that counts wrong secrets by address.</summary>
public sealed class ProxyTests
{
    private const string Proxy = "10.0.0.5";
    private const string Guesser = "198.51.100.7";

    [Theory]
    [InlineData("10.0.0.5")]
    [InlineData("192.0.2.1, 10.0.0.0/24")]
    public async Task Behind_a_named_proxy_the_caller_is_slowed_down_and_nobody_else(string proxies)
    {
        await using var server = await AuthServer.StartAsync(host => host.UseSetting("AgentAuth:Proxies", proxies));
        await GuessAsync(server, Proxy, _ => Guesser);

        Assert.Equal(HttpStatusCode.TooManyRequests, await RightSecretAsync(server, Proxy, Guesser));
        Assert.Equal(HttpStatusCode.OK, await RightSecretAsync(server, Proxy, "198.51.100.8"));
    }

    [Fact]
    public async Task The_last_hop_that_is_no_proxy_of_ours_is_who_asks_whatever_it_wrote_before()
    {
        await using var server = await AuthServer.StartAsync(host => host.UseSetting("AgentAuth:Proxies", "10.0.0.0/24"));
        await GuessAsync(server, Proxy, n => $"192.0.2.{n}, {Guesser}, 10.0.0.9");

        Assert.Equal(HttpStatusCode.TooManyRequests, await RightSecretAsync(server, Proxy, Guesser));
        Assert.Equal(HttpStatusCode.OK, await RightSecretAsync(server, Proxy, "192.0.2.1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("10.0.0.5")]
    public async Task Who_is_no_proxy_cannot_say_that_it_comes_from_elsewhere(string? proxies)
    {
        await using var server = await AuthServer.StartAsync(host => host.UseSetting("AgentAuth:Proxies", proxies));
        await GuessAsync(server, Guesser, n => $"192.0.2.{n}");

        Assert.Equal(HttpStatusCode.TooManyRequests, await RightSecretAsync(server, Guesser, "192.0.2.200"));
        Assert.Equal(HttpStatusCode.OK, await RightSecretAsync(server, "198.51.100.8", Guesser));
    }

    [Theory]
    [InlineData("proxy.internal")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.5,300.1.1.1")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    public void What_names_no_proxy_stops_the_start_with_the_line_that_mends_it(string proxies)
    {
        var refused = Assert.Throws<FormatException>(() => Build($"--AgentAuth:Proxies={proxies}"));

        Assert.Contains("--AgentAuth:Proxies=", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_framework_s_switch_that_believes_everybody_stops_the_start()
    {
        var refused = Assert.Throws<FormatException>(() => Build("--ForwardedHeaders_Enabled=true"));

        Assert.Contains("--AgentAuth:Proxies=", refused.Message, StringComparison.Ordinal);
    }

    private static void Build(string setting)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            Program.Build([$"--AgentAuth:DataPath={folder.FullName}", setting]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task GuessAsync(AuthServer server, string peer, Func<int, string> forwarded)
    {
        for (var n = 1; n <= SecretThrottle.Tries; n++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, peer, forwarded(n), "guess"));
        }
    }

    private static Task<HttpStatusCode> RightSecretAsync(AuthServer server, string peer, string forwarded) =>
        AskAsync(server, peer, forwarded, "demo-service-secret");

    private static async Task<HttpStatusCode> AskAsync(AuthServer server, string peer, string forwarded, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Headers.Add("X-Test-Address", peer);
        request.Headers.Add("X-Forwarded-For", forwarded);
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"demo-service:{secret}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        request.Content = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("scope", "mail.read"), new("resource", AuthServer.Mail),
        ]);
        using var response = await server.Http().SendAsync(request);
        return response.StatusCode;
    }
}
