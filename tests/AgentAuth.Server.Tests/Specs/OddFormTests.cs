using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>Whatever a body calls itself, it is read or refused, and never a failure.</summary>
public sealed class OddFormTests
{
    public static TheoryData<string?> Types { get; } = new(
        null, "", "text/plain", "application/json", "*/*", ";", "garbage", "application/x-www-form-urlencoded; boundary=\"",
        "application/x-www-form-urlencoded; charset=\"", "application/x-www-form-urlencoded, text/plain",
        "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data; boundary=b", "multipart/form-data");

    private static readonly string[] Programs = ["/connect/token", "/connect/introspect", "/connect/revoke", "/connect/userinfo"];

    private static readonly string[] Pages =
    [
        "/connect/authorize", "/connect/logout", "/sign-in", "/sign-out", "/account/agents", "/consent/x", "/admin", "/set-up",
    ];

    [Theory]
    [MemberData(nameof(Types))]
    [Spec("AA-T120")]
    public async Task It_is_a_refusal_with_or_without_a_body(string? type)
    {
        await using var server = await AuthServer.StartAsync();
        using var http = server.Http();

        foreach (var path in Programs.Concat(Pages))
        {
            foreach (var body in new[] { "", "a=b" })
            {
                using var answer = await SendAsync(http, path, type, body);
                var words = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{path} {type} '{body}': {answer.StatusCode} {words}");
                Assert.True(words.Length > 0 || path == "/connect/userinfo", $"{path} {type} '{body}': nothing said");
            }
        }
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/x-www-form-urlencoded;charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded; charset=\"utf-8\"")]
    public async Task The_ordinary_spellings_are_read(string type)
    {
        await using var server = await AuthServer.StartAsync();
        using var http = server.Http();

        using var answer = await SendAsync(
            http, "/connect/token", type, "grant_type=client_credentials&client_id=demo-service&client_secret=demo-service-secret");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    [Spec("OpenID Connect Core", "5.3.1")]
    public async Task Userinfo_may_be_posted_for_with_a_token_and_nothing_else()
    {
        await using var server = await AuthServer.StartAsync();
        using var http = server.Http();
        var tokens = await Agent.Web(server).TokensFromAsync(server.Browser(), "openid mail.read");

        using var answer = await SendAsync(http, "/connect/userinfo", type: null, "", tokens.AccessToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    [Spec("RFC 6749", "5.1")]
    public async Task Who_gets_fewer_scopes_than_it_asked_for_is_told()
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Service(server).ForItselfAsync(("scope", "mail.read offline_access openid"));

        Assert.Equal("mail.read", answer.Text("scope"));
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.BadRequest)]
    [InlineData("same-site", HttpStatusCode.BadRequest)]
    [InlineData("same-origin", HttpStatusCode.Found)]
    [InlineData("none", HttpStatusCode.Found)]
    [Spec("AA-T068")]
    public async Task A_form_that_a_browser_says_another_site_sends_is_refused(string site, HttpStatusCode expected)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));
        var button = alice.Page.QuerySelectorAll("button").Single(b => b.TextContent.StartsWith("Allow", StringComparison.Ordinal));
        var form = Browser.Filled(alice.Page.Forms.Single(f => f.QuerySelector("[formaction]") is not null), null);

        await alice.SendAsync(HttpMethod.Post, button.GetAttribute("formaction")!, form, ("Sec-Fetch-Site", site));

        Assert.Equal(expected, alice.Status);
        Assert.True(expected == HttpStatusCode.Found || alice.Text.Length > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?handler=Nothing")]
    public async Task A_form_that_no_act_of_the_page_reads_is_a_bad_request(string handler)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));
        var form = Browser.Filled(alice.Page.Forms.Single(f => f.QuerySelector("[formaction]") is not null), null);

        await alice.SendAsync(HttpMethod.Post, alice.Url.Split('?')[0] + handler, form);

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.NotEmpty(alice.Page.QuerySelector("h1")!.TextContent);
    }

    [Fact]
    [Spec("AA-T068")]
    public async Task A_field_of_the_form_is_not_the_question_its_address_names()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Agent.Web(server).AskFor("files.read", ("resource", AuthServer.Files)));
        var other = alice.Url.Split('/')[^1];
        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));

        await alice.PressAsync("Allow", ("id", other));
        var grant = await server.LookAsync(db => Task.FromResult(db.Grants.Select(g => g.Resource.Identifier).Single()));

        Assert.Equal(AuthServer.Mail, grant);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, string path, string? type, string body, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.ASCII.GetBytes(body)) };
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return http.SendAsync(request);
    }
}
