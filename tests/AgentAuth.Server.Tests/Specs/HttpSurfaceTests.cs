using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>What every answer has and has not, whatever it is about.</summary>
public sealed class HttpSurfaceTests
{
    [Theory]
    [InlineData("e.test", null)]
    [InlineData("e.test:5100", null)]
    [InlineData("localhost:5100", "e.test")]
    [Spec("AA-T119")]
    public async Task No_header_bends_an_address_of_ours(string host, string? forwarded)
    {
        await using var server = await AuthServer.StartAsync();
        (string, string)[] headers = forwarded is null
            ? [("Host", host)]
            : [("Host", host), ("X-Forwarded-Host", forwarded), ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "9.9.9.9"),
                ("X-Forwarded-Prefix", "/e"),
                ("Forwarded", $"host={forwarded};proto=https"), ("X-Original-URL", "/admin"), ("X-Rewrite-URL", "/admin"),
                    ("X-HTTP-Method-Override", "DELETE")];
        var browser = server.Browser();

        foreach (
            var path in new[] { "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/sign-in",
                Agent.Web(server).AskFor(), "/admin" })
        {
            using var response = await browser.SendAsync(HttpMethod.Get, path, form: null, headers);
            var body = await response.Content.ReadAsStringAsync();
            Assert.NotEqual(HttpStatusCode.InternalServerError, response.StatusCode);
            Assert.DoesNotContain("e.test", body, StringComparison.Ordinal);
            Assert.DoesNotContain("e.test", response.Headers.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("https://localhost", body + response.Headers, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/sign-out")]
    [InlineData("/connect/logout")]
    [InlineData("/account/agents")]
    [InlineData("/admin")]
    [InlineData("/set-up")]
    [InlineData("/errors/404")]
    [InlineData("/nothing/here")]
    [InlineData("/connect/authorize?client_id=nobody")]
    [InlineData("/consent/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [Spec("RFC 9700", "4.16")]
    [Spec("AA-T023")]
    [Spec("AA-T069")]
    [Spec("AA-T125")]
    [Spec("AA-T128")]
    public async Task Every_page_is_closed_to_frames_scripts_caches_and_onlookers(string path)
    {
        await using var server = await AuthServer.StartAsync();

        foreach (var somebody in new[] { server.Browser(), await server.SignedInAsync(), await server.SignedInAsync(People.Admin) })
        {
            using var response = await somebody.SendAsync(HttpMethod.Get, path);
            IsClosed(response);
            var elsewhere = somebody.Page.QuerySelectorAll("[src],link[href]")
                .Select(e => e.GetAttribute("src") ?? e.GetAttribute("href")!);
            Assert.All(elsewhere, address => Assert.Matches("^/[^/]", address));
            Assert.Empty(somebody.Page.QuerySelectorAll("[style],style,[onclick],[onload]"));
            Assert.All(somebody.Page.QuerySelectorAll("script"), s => Assert.True(s.HasAttribute("src") && s.TextContent.Length == 0));
        }
    }

    [Fact]
    [Spec("AA-T069")]
    [Spec("AA-T128")]
    public async Task The_consent_page_is_closed_and_may_end_at_its_client_only()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor());

        IsClosed(alice.Response);
        var policy = alice.Response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.EndsWith("form-action 'self' https://client.demo.test; script-src 'self'", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/.well-known/x.css")]
    [InlineData("/.well-known/openid-configuration/x.css")]
    [InlineData("/.well-known/openid-configuration%2fx.css")]
    [InlineData("/.well-known/openid-configuration;x.css")]
    [InlineData("/connect/token/x.css")]
    [InlineData("/account/agents/x.css")]
    [Spec("AA-T125")]
    public async Task A_name_that_caches_like_gets_nothing_to_cache(string path)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        using var response = await alice.SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.DoesNotContain("issuer", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/connect/token")]
    [InlineData("/connect/revoke")]
    [InlineData("/connect/introspect")]
    [InlineData("/connect/userinfo")]
    [Spec("RFC 6749", "5.1")]
    [Spec("AA-T125")]
    public async Task What_clients_are_answered_is_never_stored(string path)
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Web(server).PostAsync(path, [("grant_type", "nonsense")]);

        Assert.True((int)answer.Status is >= 400 and < 500, answer.Body);
        Assert.Contains("no-store", answer.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.NotNull(answer.Error ?? answer.Headers.GetValueOrDefault("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("TRACE", "/")]
    [InlineData("TRACE", "/connect/token")]
    [InlineData("PUT", "/sign-in")]
    [InlineData("DELETE", "/account/agents")]
    [InlineData("PATCH", "/admin")]
    [InlineData("OPTIONS", "/sign-in")]
    [InlineData("OPTIONS", "/connect/authorize")]
    [InlineData("CONNECT", "/")]
    [InlineData("NONSENSE", "/connect/authorize")]
    [InlineData("PUT", "/connect/authorize")]
    [InlineData("HEAD", "/connect/authorize")]
    [InlineData("PUT", "/connect/token")]
    [InlineData("GET", "/connect/token")]
    [InlineData("HEAD", "/connect/token")]
    [InlineData("PUT", "/.well-known/openid-configuration")]
    [InlineData("DELETE", "/connect/logout")]
    [InlineData("PUT", "/health/live")]
    [Spec("AA-T018")]
    [Spec("AA-T127")]
    public async Task A_method_that_means_nothing_here_is_refused(string method, string path)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        using var response = await alice.SendAsync(new HttpMethod(method), path, form: null, ("X-Secret", "echo me"));

        Assert.True((int)response.StatusCode is 400 or 401 or 404 or 405, response.StatusCode.ToString());
        Assert.DoesNotContain("echo me", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(response.Headers.Location);
    }

    [Theory]
    [InlineData("/connect/token", true)]
    [InlineData("/connect/revoke", true)]
    [InlineData("/connect/userinfo", true)]
    [InlineData("/connect/introspect", false)]
    [InlineData("/.well-known/openid-configuration", true)]
    [InlineData("/.well-known/jwks", true)]
    [InlineData("/connect/authorize", false)]
    [InlineData("/connect/logout", false)]
    [InlineData("/sign-in", false)]
    [InlineData("/account/agents", false)]
    [InlineData("/admin", false)]
    [Spec("RFC 9700", "2.6")]
    [Spec("AA-T126")]
    public async Task Scripts_of_other_sites_read_what_is_public_and_never_with_a_cookie(string path, bool open)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        foreach (var method in new[] { "GET", "POST", "OPTIONS" })
        {
            using var response = await alice.SendAsync(new HttpMethod(method), path, form: method == "POST" ? [] : null,
                ("Origin", "https://e.test"), ("Access-Control-Request-Method", "POST"));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
            Assert.Equal(
                open ? "*" : null, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var origin) ? origin.Single() : null);
        }
    }

    [Theory]
    [InlineData("GET", "/account/agents", false)]
    [InlineData("POST", "/connect/token", true)]
    [InlineData("POST", "/connect/revoke", true)]
    [InlineData("GET", "/connect/authorize?client_id=demo-web&redirect_uri=https://client.demo.test/callback", false)]
    [Spec("AA-T127")]
    public async Task A_failure_tells_nothing_of_the_inside(string method, string path, bool isJson)
    {
        var isBroken = false;
        await using var server = await AuthServer.StartAsync(
            host => host.ConfigureTestServices(services => services.AddScoped<AgentAuthDb>(p =>
            isBroken ? throw new NotSupportedException("Told nobody.") : Template.IsPostgres ? p.GetRequiredService<PostgresDb>()
                : p.GetRequiredService<SqliteDb>())));
        var alice = await server.SignedInAsync();
        isBroken = true;

        KeyValuePair<string,
            string>[] form =
                [new("client_id", "demo-web"), new("client_secret", "demo-web-secret"), new("grant_type", "client_credentials"),
                    new("token", "x")];
        using var response = await alice.SendAsync(new HttpMethod(method), path, method == "POST" ? form : null);
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        // a page would need what is broken
        Assert.Equal(isJson ? "application/json" : "text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Matches("[0-9a-f]{12}", body); // finds the log entry
        Assert.DoesNotContain("Told nobody", body, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        Assert.DoesNotContain("AgentAuth.Server", body, StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.False(response.Headers.Contains("X-Powered-By"));
    }

    private static void IsClosed(HttpResponseMessage response)
    {
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("base-uri 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.False(response.Headers.Contains("Server"));
        Assert.NotEqual(HttpStatusCode.InternalServerError, response.StatusCode);
    }
}
