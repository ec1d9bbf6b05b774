using System.Net;
using System.Text.Json;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Doctor;
using AgentAuth.Server.Tests.Support;
using AngleSharp.Html.Dom;

namespace AgentAuth.Server.Tests.Features.Developers.Examine;

/// <summary>The doctor in the portal looks at what others publish, and at nothing inside.</summary>
public sealed class DoctorPageTests
{
    [Fact]
    public async Task Prints_what_it_found_for_people_and_for_programs()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(changes: ("client_name", Described.Absent)));
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/doctor");
        var form = Browser.Filled((IHtmlFormElement)dev.Page.QuerySelector("form.search")!, null, ("Address", Described.App));

        await dev.PressAsync("Examine", ("Address", Described.App));
        Assert.Equal(HttpStatusCode.OK, dev.Status);
        Assert.Contains("client metadata document", dev.Text, StringComparison.Ordinal);
        Assert.Contains("Set client_name", dev.Text, StringComparison.Ordinal);
        var answer = await dev.SendAsync(HttpMethod.Post, "/developers/doctor?format=json", form);

        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var report = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        Assert.Equal(1, report.GetProperty("failed").GetInt32());
        Assert.Contains(report.GetProperty("checks").EnumerateArray(), c => c.GetProperty("check").GetString() == "cimd.name");
    }

    [Fact]
    public async Task A_report_can_be_passed_on_as_a_link_that_asks_nobody_until_it_is_pressed()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/doctor");
        await dev.PressAsync("Examine", ("Address", Described.App));
        var asked = web.Asked.Count;

        await dev.OpenAsync(dev.Page.QuerySelector("a[href*='address=']")!.GetAttribute("href")!);

        Assert.Equal(Described.App, dev.Page.QuerySelector("[name=Address]")!.GetAttribute("value"));
        Assert.Equal(asked, web.Asked.Count);
    }

    [Theory]
    [InlineData("/agent.json", "client_name", "\"\\ud800\"")]
    [InlineData("/agent.json", "client_id", "\"\\ud800\"")]
    [InlineData("/agent.json", "redirect_uris", "[\"\\ud800\"]")]
    [InlineData("/agent.json", "jwks", "{\"keys\":[{\"kty\":\"\\ud800\",\"kid\":\"\\ud800\"}]}")]
    [InlineData("/agent.json", "\\ud800", "{}")]
    [InlineData("/.well-known/oauth-protected-resource/agent.json", "resource", "\"\\ud800\"")]
    [InlineData("/.well-known/oauth-protected-resource/agent.json", "authorization_servers", "[\"\\ud800\"]")]
    [InlineData("/.well-known/oauth-authorization-server/agent.json", "issuer", "\"\\ud800\"")]
    public async Task Half_a_character_in_what_it_reads_is_no_failure_of_its_own(string path, string member, string value)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(
            "https://app.test" + path,
            $$"""{"client_id":"x","issuer":"x","token_endpoint_auth_method":"private_key_jwt","{{member}}":{{value}}}"""
                .Replace(path == "/agent.json" ? "\"issuer\":\"x\"," : "\"client_id\":\"x\",", "", StringComparison.Ordinal));
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/doctor");
        var form = Browser.Filled((IHtmlFormElement)dev.Page.QuerySelector("form.search")!, null, ("Address", Described.App));

        await dev.PressAsync("Examine", ("Address", Described.App));
        Assert.Equal(HttpStatusCode.OK, dev.Status);
        var answer = await dev.SendAsync(HttpMethod.Post, "/developers/doctor?format=json", form);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var report = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        Assert.NotEqual(0, report.GetProperty("failed").GetInt32());
    }

    [Fact]
    [Spec("AA-T078")]
    public async Task A_host_is_asked_so_often_in_a_minute_and_no_oftener()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/doctor");
        for (var i = 0; i < ExaminationLimits.PerPerson; i++)
        {
            await dev.PressAsync("Examine", ("Address", "https://app.test/mcp"));
        }

        Assert.Equal(FetchLimits.PerDeveloperAndHost, web.Asked.Count);
        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains("not asked: The host was asked as often as may be in a minute.", dev.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://id.example.com", false)]
    [InlineData(AuthServer.Issuer, true)]
    public async Task Says_what_may_be_asked_here(string issuer, bool isHereToo)
    {
        await using var server = await AuthServer.StartAsync(host => host.UseIssuer(issuer));
        var dev = await server.SignedInAsync(People.Developer);

        await dev.OpenAsync("/developers/doctor");

        Assert.Equal(isHereToo, dev.Text.Contains("or on this computer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("http://app.test/mcp")]
    [InlineData("https://10.0.0.1/mcp")]
    [InlineData("https://[::1]/mcp")]
    [InlineData("https://localhost/mcp")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://db.internal/")]
    [InlineData("https://app.test:8443/mcp")]
    [Spec("AA-T071")]
    public async Task Asks_nobody_inside(string address)
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync(host => host.UseIssuer("https://id.example.com"));
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/doctor");

        await dev.PressAsync("Examine", ("Address", address));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Empty(web.LookedUp);
        Assert.Empty(web.ConnectedTo);
    }

    [Fact]
    [Spec("AA-T071")]
    [Spec("AA-T072")]
    public async Task What_a_document_names_inside_is_not_asked_either()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(
            changes: [("token_endpoint_auth_method", "private_key_jwt"), ("jwks_uri", "https://other.test/keys")]));
        web.Names["other.test"] = new([[IPAddress.Parse("10.0.0.1")], [IPAddress.Parse("10.0.0.1")]]);
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/doctor");

        await dev.PressAsync("Examine", ("Address", Described.App));

        Assert.Equal(HttpStatusCode.OK, dev.Status);
        Assert.Contains("not on the public internet", dev.Text, StringComparison.Ordinal);
        Assert.All(web.ConnectedTo, p => Assert.NotEqual(IPAddress.Parse("10.0.0.1"), p.Address));
    }

    [Fact]
    [Spec("AA-T078")]
    public async Task Is_not_a_hammer()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/doctor");
        for (var i = 0; i < ExaminationLimits.PerPerson; i++)
        {
            await dev.PressAsync("Examine", ("Address", "https://10.0.0.1/"));
            Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        }

        await dev.PressAsync("Examine", ("Address", "https://10.0.0.1/"));
        Assert.Equal(HttpStatusCode.TooManyRequests, dev.Status);
        Assert.Contains("Try again in 10 minutes", dev.Text, StringComparison.Ordinal);
        Assert.Equal("600", dev.Response.Headers.RetryAfter!.ToString());
        server.Clock.Advance(ExaminationLimits.Window);
        await dev.PressAsync("Examine", ("Address", "https://10.0.0.1/"));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
    }
}
