using System.Net;
using System.Text;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AgentAuth.Server.Tests.Specs.ClientIdMetadataDocuments;

/// <summary>What a document must say, and in which form.</summary>
public sealed class DocumentContentTests
{
    public static TheoryData<string> Wrong { get; } = new(
        Described.Document("https://app.test/agent.jsoN"), Described.Document("https://app.test/agent.json/"),
        Described.Document("https://APP.test/agent.json"), Described.Document("https://app.test:443/agent.json"),
        Described.Document("http://app.test/agent.json"), Described.Document("https://e.test/agent.json"),
        Described.Document(changes: ("client_id", Described.Absent)), Described.Document(changes: ("client_id", 7)),
        Described.Document(changes: ("client_name", Described.Absent)), Described.Document(changes: ("client_name", " ")),
        Described.Document(changes: ("redirect_uris", Described.Absent)),
        Described.Document(changes: ("redirect_uris", Array.Empty<string>())),
        Described.Document(changes: ("token_endpoint_auth_method", "client_secret_basic")),
        Described.Document(changes: ("token_endpoint_auth_method", "client_secret_post")),
        Described.Document(changes: ("token_endpoint_auth_method", "client_secret_jwt")),
        Described.Document(changes: ("token_endpoint_auth_method", "private_key_jwt")),
        Described.Document(changes: ("client_secret", "hunter2")), Described.Document(changes: ("logo_uri", "http://app.test/logo.png")),
        Described.Document(changes: ("client_uri", "http://app.test/")), Described.Document(changes: ("tos_uri", "javascript:alert(1)")),
        Described.Document(changes: ("jwks_uri", "http://app.test/jwks")),
        Described.Document(changes: ("jwks_uri", "https://10.0.0.1/jwks")),
        Described.Document(changes: ("jwks_uri", "https://localhost:1234/jwks#f")),
        Described.Document(changes: ("jwks", new { keys = new[] { new { kty = "EC", crv = "P-256", x = "AA", y = "AA", d = "AA" } } })),
        Described.Document(changes: ("redirect_uris", new[] { "https://app.test/cb", "javascript:alert(1)" })),
        Described.Document() + " ", "[]", "null", "", "{", "\ufeff" + Described.Document(), Described.Document().Replace(
            "{", "{\"client_id\":\"https://app.test/agent.json\",", StringComparison.Ordinal),
        Described.Document(changes: ("filler", new string('a', 6 * 1024))),
        "{\"a\":" + new string('[', 2_000) + new string(']', 2_000) + "}", "{\"client_id\":NaN}", "{\"\\ud800\":1}");

    [Theory]
    [MemberData(nameof(Wrong))]
    [Spec("AA-T074")]
    [Spec("AA-T075")]
    [Spec("CIMD", "4.1")]
    public async Task A_document_that_is_not_in_order_introduces_nobody(string json)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, json == Described.Document() + " " ? "x" + json : json);
        await using var server = await web.AuthServerAsync();

        await RefusedAsync(server);
        Assert.Equal([Described.App], web.Asked);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/json")]
    [InlineData("application/jsonp")]
    [InlineData("")]
    [Spec("AA-T075")]
    public async Task What_is_not_called_json_is_not_read(string type)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(), type: type);
        await using var server = await web.AuthServerAsync();

        await RefusedAsync(server);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/client+json")]
    [InlineData("APPLICATION/JSON")]
    public async Task Json_under_one_of_its_names_is_read(string type)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(changes: ("token_endpoint_auth_methods_supported", new[] { "none" })), type: type);
        await using var server = await web.AuthServerAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Described.Agent(server).AskFor());

        Assert.Equal(HttpStatusCode.OK, alice.Status);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(503)]
    [Spec("CIMD", "4")]
    public async Task Only_an_answer_of_200_introduces_somebody(int status)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Answer(Described.App, http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            return status == StatusCodes.Status204NoContent ? Task.CompletedTask : http.Response.WriteAsync(Described.Document());
        });
        await using var server = await web.AuthServerAsync();

        await RefusedAsync(server);
    }

    [Theory]
    [InlineData("large")]
    [InlineData("endless")]
    [InlineData("compressed")]
    [InlineData("silent")]
    [InlineData("dripping")]
    [Spec("AA-T075")]
    public async Task A_host_that_wears_us_out_is_left_in_time(string how)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Answer(Described.App, http => WearOutAsync(http, how));
        await using var server = await web.AuthServerAsync();
        var begun = TimeProvider.System.GetTimestamp();

        await RefusedAsync(server);

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.Zero, GuardedWeb.Patience + TimeSpan.FromSeconds(5));
    }

    private static async Task WearOutAsync(HttpContext http, string how)
    {
        http.Response.ContentType = "application/json";
        var stop = http.RequestAborted;
        switch (how)
        {
            case "large":
                http.Response.ContentLength = 10_000_000;
                await http.Response.Body.WriteAsync(new byte[100_000], stop);
                break;
            case "endless":
                while (!stop.IsCancellationRequested)
                {
                    await http.Response.Body.WriteAsync(new byte[10_000], stop);
                }
                break;
            case "compressed":
                http.Response.Headers.ContentEncoding = "gzip";
                await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Described.Document()), stop);
                break;
            case "dripping":
                foreach (var letter in Described.Document())
                {
                    await http.Response.WriteAsync(letter.ToString(), stop);
                    await http.Response.Body.FlushAsync(stop);
                    await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, stop);
                }
                break;
            default:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                break;
        }
    }

    private static async Task RefusedAsync(AuthServer server)
    {
        var browser = server.Browser();
        await browser.OpenAsync(Described.Agent(server).AskFor());
        Assert.InRange((int)browser.Status, 400, 499);
        Assert.Contains("invalid_client", browser.Text, StringComparison.Ordinal);
        Assert.Null(browser.Response.Headers.Location);
    }
}
