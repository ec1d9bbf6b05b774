using System.Net;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>Redirect URIs are compared byte by byte; what a parser would tidy up is another address.</summary>
public sealed class RedirectMatchTests
{
    public static TheoryData<string> NearMisses { get; } = new(
        "/callback", "/callback/", "/Callback/../Callback", "https://client.demo.test/callback/", "https://client.demo.test/CALLBACK",
        "https://client.demo.test/%63allback", "https://client.demo.test/callback?x=1", "https://client.demo.test/callback?",
        "https://client.demo.test/callback#f", "https://client.demo.test/callback#", "https://client.demo.test/callback/../callback",
        "https://client.demo.test/./callback", "https://client.demo.test/callback%2f..%2fx", "https://client.demo.test/callback%252f..",
        "https://client.demo.test/callback/..;/x", "https://client.demo.test//e.test/callback", "//e.test/callback", "/\\e.test",
        "https://client.demo.test@e.test/callback", "https://client.demo.test:443/callback", "https://client.demo.test.e.test/callback",
        "https://client.demo.test%2f@e.test", "https://client.demo.test\\@e.test", "HTTPS://CLIENT.DEMO.TEST/callback",
        "https://Client.demo.test/callback", "http://client.demo.test/callback", "https:client.demo.test/callback",
        "https:/client.demo.test/callback", "https://client.demo.test./callback", "https://client.demo.test/call\tback",
        "https://client.demo.test/callback\r\n", "\thttps://client.demo.test/callback", " https://client.demo.test/callback",
        "https://client.demo.test/callback ", "https://client.demo.test/callback\0", "https://client\u3002demo.test/callback",
        "https://client\uFF0Edemo.test/callback", "https://user@client.demo.test/callback", "callback", "client.demo.test/callback",
        "https://localhost:8444/Callback", "https://localhost/Callback", "http://localhost:8443/Callback",
            "https://127.0.0.1:8443/Callback",
        "javascript:alert(1)", "JaVaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "blob:https://client.demo.test/x", "about:blank", "ftp://client.demo.test/callback", "ws://client.demo.test/callback",
        "intent://client.demo.test/#Intent;end", "ms-word:ofe|u|https://e.test");

    [Theory]
    [MemberData(nameof(NearMisses))]
    [Spec("RFC 9700", "4.1.3")]
    [Spec("AA-T001")]
    [Spec("AA-T005")]
    public async Task An_address_that_only_looks_registered_is_refused_on_our_own_page(string redirectUri)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor(changes: ("redirect_uri", redirectUri)));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Null(alice.Response.Headers.Location);
        Assert.All(alice.Page.QuerySelectorAll("a[href]"), a => Assert.Matches("^(/[^/]|/$|#)", a.GetAttribute("href")));
        Assert.All(
            alice.Page.QuerySelectorAll("form[action]"), f => Assert.StartsWith("/", f.GetAttribute("action"), StringComparison.Ordinal));
        Assert.DoesNotContain("e.test", alice.Page.DocumentElement.InnerHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("e.test", Csp(alice), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://client.demo.test/callback")]
    [InlineData("https://localhost:8443/Callback")]
    [Spec("RFC 9700", "4.1.3")]
    public async Task A_registered_address_gets_its_answer(string redirectUri)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor(changes: ("redirect_uri", redirectUri)));
        await alice.PressAsync("Allow");

        Assert.StartsWith(redirectUri + "?", alice.Left!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("code", alice.Answer.Keys);
    }

    private static string Csp(Browser browser) => string.Join(' ', browser.Response.Headers.GetValues("Content-Security-Policy"));
}
