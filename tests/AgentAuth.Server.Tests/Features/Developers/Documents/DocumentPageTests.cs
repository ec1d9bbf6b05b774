using System.Net;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Developers.Documents;

/// <summary>A developer reads their client's document as this server does.</summary>
public sealed class DocumentPageTests
{
    [Fact]
    [Spec("CIMD", "4")]
    [Spec("AA-T081")]
    public async Task Shows_what_is_read_and_what_people_will_see_and_keeps_nothing()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(changes: ("client_name", "Claude")));
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        var before = await server.LookAsync(db => db.Clients.CountAsync());
        await dev.OpenAsync("/developers/document");

        await dev.PressAsync("Read it", ("Address", Described.App));

        Assert.Equal(HttpStatusCode.OK, dev.Status);
        Assert.Contains("This server takes it.", dev.Text, StringComparison.Ordinal);
        Assert.Contains("Domain proved", dev.Text, StringComparison.Ordinal);
        Assert.Contains("ask an administrator to verify the publisher", dev.Text, StringComparison.Ordinal);
        Assert.Contains("This name looks like Claude, but the request comes from app.test.", dev.Text, StringComparison.Ordinal);
        Assert.Contains("cimd.client-id", dev.Text, StringComparison.Ordinal);
        Assert.Single(dev.Page.QuerySelectorAll("h1"));
        Assert.All(dev.Page.QuerySelectorAll("fieldset"), f => Assert.True(f.HasAttribute("disabled")));
        Assert.Equal(before, await server.LookAsync(db => db.Clients.CountAsync()));
    }

    [Fact]
    public async Task Says_what_is_wrong_and_how_to_mend_it()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(
            "https://app.test/other.json", ("token_endpoint_auth_method", "client_secret_basic")));
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/document");

        await dev.PressAsync("Read it", ("Address", Described.App));

        Assert.Contains("This server refuses it: The document's client_id is not exactly", dev.Text, StringComparison.Ordinal);
        Assert.Contains("Use none or private_key_jwt", dev.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("What people will see", dev.Text, StringComparison.Ordinal);
    }

    /// <summary>Nobody sent a tag, so nothing can be unchanged.</summary>
    [Fact]
    public async Task A_host_that_says_unchanged_to_a_first_question_has_failed()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Answer(Described.App, http =>
        {
            http.Response.StatusCode = 304;
            return Task.CompletedTask;
        });
        await using var server = await web.AuthServerAsync();

        var dev = await ReadAsync(server, Described.App);

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains("The host answered 304, where 200 is needed.", dev.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_name", "\"\\ud800\"")]
    [InlineData("redirect_uris", "[\"\\ud800\"]")]
    [InlineData("jwks", "{\"keys\":[{\"kty\":\"\\ud800\"}]}")]
    [InlineData("\\ud800", "1")]
    [InlineData("jwks", "{\"keys\":[{\"\\ud800\":\"EC\"}]}")]
    public async Task Half_a_character_in_it_is_told_as_what_is_wrong(string member, string value)
    {
        await using var web = await OutsideWeb.StartAsync();
        var document = Described.Document(changes: [("token_endpoint_auth_method", "private_key_jwt"), (member, Described.Absent)]);
        web.Publish(Described.App, $"{document[..^1]},\"{member}\":{value}}}");
        await using var server = await web.AuthServerAsync();

        var dev = await ReadAsync(server, Described.App);

        Assert.Equal(HttpStatusCode.OK, dev.Status);
        Assert.Contains("This server refuses it:", dev.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_s_end_is_not_called_a_secret()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(changes: ("client_secret_expires_at", 0)));
        await using var server = await web.AuthServerAsync();

        var dev = await ReadAsync(server, Described.App);

        Assert.Contains("take client_secret_expires_at out", dev.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("for everybody to read", dev.Text, StringComparison.Ordinal);
    }

    /// <summary>Who mends a document reads it again and again; who is told to wait is told how long, and for what.</summary>
    [Fact]
    [Spec("AA-T078")]
    public async Task Says_whether_to_wait_for_the_limit_or_for_the_host()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        var dev = await ReadAsync(server, Described.App);
        for (var i = 1; i < FetchLimits.PerDeveloperAndHost; i++)
        {
            await dev.PressAsync("Read it", ("Address", Described.App));
            Assert.Equal(HttpStatusCode.OK, dev.Status);
        }

        server.Clock.Advance(TimeSpan.FromSeconds(20));
        await dev.PressAsync("Read it", ("Address", Described.App));
        Assert.Equal(HttpStatusCode.TooManyRequests, dev.Status);
        Assert.Contains("as often as may be in a minute. Try again in 40 seconds.", dev.Text, StringComparison.Ordinal);
        Assert.Equal("40", dev.Response.Headers.RetryAfter!.ToString());
        Assert.Equal(FetchLimits.PerDeveloperAndHost, web.Asked.Count);

        server.Clock.Advance(TimeSpan.FromSeconds(40));
        web.IsDown = true;
        await dev.PressAsync("Read it", ("Address", Described.App));
        Assert.Contains("could not be reached over a secure connection", dev.Text, StringComparison.Ordinal);
        await dev.PressAsync("Read it", ("Address", Described.App));
        Assert.Contains("is left in peace. Try again in 15 seconds.", dev.Text, StringComparison.Ordinal);
    }

    /// <summary>Documents on many hosts that name one address are no way to have it asked without end.</summary>
    [Fact]
    [Spec("AA-T078")]
    public async Task What_documents_name_is_asked_no_oftener_than_for_anybody()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/document");
        for (var i = 0; i < 12; i++)
        {
            var address = $"https://h{i}.test/agent.json";
            web.Publish(address, Described.Document(
                address, ("token_endpoint_auth_method", "private_key_jwt"), ("jwks_uri", "https://other.test/keys"),
                ("redirect_uris", new[] { $"https://h{i}.test/cb" })));
            await dev.PressAsync("Read it", ("Address", address));
            Assert.Equal(HttpStatusCode.OK, dev.Status);
        }

        Assert.Equal(FetchLimits.PerCallerAndHost, web.Asked.Count(a => a == "https://other.test/keys"));
        Assert.Contains("not asked: this host was asked as often as may be", dev.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Give the address of the document.")]
    [InlineData("nonsense", "This is not a whole address: it needs https://, a host and a path.")]
    [InlineData("app.test/agent.json", "This is not a whole address")]
    [InlineData("https://app.test", "The address needs a path")]
    public async Task Says_what_an_address_lacks(string address, string words)
    {
        await using var server = await AuthServer.StartAsync();

        var dev = await ReadAsync(server, address);

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains(words, dev.Page.QuerySelector("#Address-error")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("https://app.test")]
    [InlineData("http://app.test/agent.json")]
    [InlineData("https://10.0.0.1/agent.json")]
    [InlineData("https://localhost/agent.json")]
    [InlineData("https://169.254.169.254/latest")]
    [Spec("AA-T071")]
    [Spec("AA-T076")]
    public async Task Asks_nobody_inside(string address)
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync(host => host.UseIssuer("https://id.example.com"));
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/document");

        await dev.PressAsync("Read it", ("Address", address));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.NotNull(dev.Page.QuerySelector("#Address-error"));
        Assert.Empty(web.LookedUp);
        Assert.Empty(web.ConnectedTo);
    }

    private static async Task<Browser> ReadAsync(AuthServer server, string address)
    {
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/document");
        return await dev.PressAsync("Read it", ("Address", address));
    }

    [Fact]
    public async Task Is_for_developers()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync("/developers/document");
        Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
        await alice.OpenAsync("/developers/doctor");

        Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
    }
}
