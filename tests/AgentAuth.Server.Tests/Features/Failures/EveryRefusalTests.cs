using System.Net;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Features.Failures;

/// <summary>Whatever is refused, wherever and however it was asked: the answer has an id, and the id a rule that fits.</summary>
public sealed class EveryRefusalTests
{
    private const string Form = "application/x-www-form-urlencoded";

    private static readonly string Long = new('s', 9_000);

    private static readonly string Pkce = "&code_challenge_method=S256&code_challenge=" + new string('c', 43);

    /// <summary>What is asked, how it is answered, and the rule that says why.</summary>
    public static TheoryData<string, string, string?, string, int, string> Requests { get; } = new()
    {
        { "PUT", "/connect/authorize", null, "", 405, "method.known" },
        { "DELETE", "/developers", null, "", 405, "method.known" },
        { "TRACE", "/connect/token", null, "", 405, "method.known" },
        { "PUT", "/connect/register", "application/json", "{}", 405, "method.known" },
        { "GET", "/connect/token", null, "", 405, "method.known" },
        { "GET", "/connect/token?grant_type=authorization_code&code=x", null, "", 405, "method.known" },
        { "PUT", "/connect/token", Form, "grant_type=x", 405, "method.known" },
        { "GET", "/connect/revoke?token=x", null, "", 405, "method.known" },
        { "GET", "/connect/introspect", null, "", 405, "method.known" },
        { "DELETE", "/connect/backchannel", null, "", 405, "method.known" },
        { "PUT", "/connect/userinfo", Form, "", 405, "method.known" },
        { "GET", "/connect/usage", null, "", 405, "method.known" },
        { "GET", "/connect/nothing", null, "", 404, "address.known" },
        { "GET", "/connect/token/more", null, "", 404, "address.known" },
        { "GET", "/.well-known/nothing", null, "", 404, "address.known" },
        { "GET", "/developers/nothing", null, "", 404, "address.known" },
        { "GET", "/nothing", null, "", 404, "address.known" },
        { "GET", "/pictures/0195e0f4-0000-7000-8000-000000000000", null, "", 404, "address.known" },
        { "GET", "/developers/why?id=" + Long, null, "", 414, "address.length" },
        { "GET", "/connect/authorize?state=" + Long, null, "", 414, "address.length" },
        { "GET", "/connect/userinfo?x=" + Long, null, "", 414, "address.length" },
        { "POST", "/sign-in", Form, "Email=alice", 400, "page.form" },
        { "POST", "/sign-in", "text/nonsense; charset=latin1", "x", 400, "request.form" },
        { "GET", "/sign-in?x=%00", null, "", 400, "parameter.valid" },
        { "POST", "/connect/token", "application/json", "{}", 400, "request.form" },
        { "POST", "/connect/token", "multipart/form-data; boundary=x", "x", 400, "request.form" },
        { "POST", "/connect/token", Form, "grant_type=x", 400, "grant-type.known" },
        { "POST", "/connect/introspect", Form, "token=x", 401, "parameter.missing" },
        { "POST", "/connect/token", Form, "grant_type=refresh_token&refresh_token=x", 401, "parameter.missing" },
        { "GET", "/connect/authorize?response_type=code" + Pkce, null, "", 400, "parameter.missing" },
        { "GET", "/connect/authorize?response_type=code&client_id=demo-web" + Pkce, null, "", 400, "parameter.missing" },
        { "GET", "/connect/userinfo", null, "", 401, "token.present" },
        { "POST", "/connect/userinfo", Form, "", 401, "token.present" },
        { "GET", "/connect/revocations", null, "", 401, "client.authentication" },
        { "POST", "/connect/register", "text/plain", "{}", 400, "registration.body" },
        { "POST", "/connect/register", "application/json", "[]", 400, "registration.body" },
        { "POST", "/connect/register", "application/json", """{"redirect_uris":["https://app.test/*"]}""", 400, "registration.redirect" },
        { "POST", "/connect/register", "application/json", """{"redirect_uris":"x"}""", 400, "registration.metadata" },
        { "GET", "/connect/register/nobody", null, "", 401, "registration.token" },
        { "PUT", "/connect/register/nobody", "application/json", "{}", 401, "registration.token" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    [Spec("error_id", "every refusal")]
    public async Task It_has_an_id_that_a_developer_can_look_up(
        string method, string url, string? type, string body, int status, string rule)
    {
        await using var server = await AuthServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        request.Content = type is null ? null : new StringContent(body, Encoding.UTF8);
        if (type is not null)
        {
            request.Content!.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        using var http = server.Http();

        using var response = await http.SendAsync(request);
        var id = await IdAsync(response);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 405, response.Content.Headers.Allow.Count > 0);
        var dev = await server.SignedInAsync(People.Developer);
        await dev.ReadsWhyAsync(server, id);
        Assert.Equal(rule, dev.Page.QuerySelector("section[aria-labelledby=rule] code")?.TextContent);
    }

    [Fact]
    public async Task A_page_for_another_role_has_one()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync("/admin");

        Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
        var dev = await server.SignedInAsync(People.Developer);
        Assert.Contains("page.role", (await dev.ReadsWhyAsync(server, alice.ErrorId())).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_another_site_sends_has_one()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.SendAsync(HttpMethod.Post, "/sign-out", [], ("Sec-Fetch-Site", "cross-site"));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        var dev = await server.SignedInAsync(People.Developer);
        Assert.Contains("page.form", (await dev.ReadsWhyAsync(server, alice.ErrorId())).Text, StringComparison.Ordinal);
    }

    /// <summary>A link that is a key may be in the address of a page: nothing of it is kept.</summary>
    [Fact]
    public async Task Nothing_of_a_pages_address_is_kept()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();

        await alice.OpenAsync("/set-up/a-key-of-the-first-administrator?token=another-key");

        var id = alice.ErrorId();
        await server.WritesDownAsync(id);
        var kept = await server.LookAsync(db => db.RefusedRequests.FindAsync(id).AsTask());
        Assert.DoesNotContain("key", $"{kept!.Words}{kept.Endpoint}{kept.Sent}{kept.ClientId}", StringComparison.Ordinal);
    }

    /// <summary>What decides is shown; a person's address and whatever nobody knows is only counted.</summary>
    [Fact]
    public async Task A_refused_registration_shows_what_it_said_of_itself()
    {
        await using var server = await AuthServer.StartAsync();

        var refused = await server.SelfRegisterAsync(
            """
            {"client_name": "The App", "redirect_uris": ["https://app.test/cb#top"], "contacts": ["ann@private.test"],
             "software_statement": "secret-of-somebody"}
            """);

        var dev = await server.SignedInAsync(People.Developer);
        var why = (await dev.ReadsWhyAsync(server, refused.Text("error_id")!)).Text;
        Assert.Contains("registration.redirect", why, StringComparison.Ordinal);
        Assert.Contains("POST /connect/register", why, StringComparison.Ordinal);
        Assert.Contains("https://app.test/cb#top", why, StringComparison.Ordinal);
        Assert.Contains("The App", why, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@private.test", why, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-somebody", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registering_where_it_is_turned_off_and_too_often_have_rules_of_their_own()
    {
        await using var off = await AuthServer.StartAsync(h => h.UseSetting("AgentAuth:Registration:Policy", "Off"));
        await using var server = await AuthServer.StartAsync();

        var closed = await off.SelfRegisterAsync();
        var last = await server.SelfRegisterAsync();
        for (var i = 0; i < 100 && last.Status != HttpStatusCode.TooManyRequests; i++)
        {
            last = await server.SelfRegisterAsync();
        }

        var dev = await off.SignedInAsync(People.Developer);
        Assert.Contains(
            "registration.on", (await dev.ReadsWhyAsync(off, closed.Text("error_id")!)).Text, StringComparison.Ordinal);
        dev = await server.SignedInAsync(People.Developer);
        Assert.Contains(
            "registration.rate", (await dev.ReadsWhyAsync(server, last.Text("error_id")!)).Text, StringComparison.Ordinal);
    }

    /// <summary>From JSON, from a challenge, or from the page that stands in for the answer.</summary>
    private static async Task<string> IdAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        if (response.Content.Headers.ContentType?.MediaType == "application/json")
        {
            return JsonSerializer.Deserialize<JsonElement>(body).GetProperty("error_id").GetString()!;
        }
        var text = body + response.Headers.WwwAuthenticate;
        var at = Math.Max(text.IndexOf("why?id=", StringComparison.Ordinal), text.IndexOf("error_id=\"", StringComparison.Ordinal));
        Assert.True(at >= 0, $"{(int)response.StatusCode} without an error_id: {text}");
        return text[(text.IndexOf('=', at) + 1)..].TrimStart('"')[..12];
    }
}
