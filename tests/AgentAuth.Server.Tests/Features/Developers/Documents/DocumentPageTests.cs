using System.Net;
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
