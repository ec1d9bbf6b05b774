using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>A client nobody can tell from another program is asked about each time, whatever was allowed before.</summary>
public sealed class PosingTests
{
    [Theory]
    [InlineData("https://app.test/cb")] // no secret
    [InlineData("com.example.app:/cb")]
    [InlineData("https://127.0.0.1/cb")]
    [InlineData("https://localhost:8443/cb")]
    [InlineData("http://127.0.0.1/cb")]
    [Spec("RFC 8252", "8.6")]
    [Spec("AA-T067")]
    public async Task What_was_allowed_before_is_no_answer(string redirect)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("app", redirect, isNative: true);
        var alice = await server.SignedInAsync();
        await agent.CodeFromAsync(alice, "mail.read");

        await alice.OpenAsync(agent.AskFor("mail.read"));
        Assert.Null(alice.Left);
        Assert.StartsWith("/consent/", alice.Url, StringComparison.Ordinal);
        await alice.OpenAsync(agent.AskFor("mail.read", ("prompt", "none")));

        Assert.Equal("consent_required", alice.Answer["error"]);
        Assert.DoesNotContain("code", alice.Answer.Keys);
    }

    [Theory]
    [InlineData("com.example.app:/cb")]
    [InlineData("https://127.0.0.1/cb")]
    [InlineData("http://[::1]/cb")]
    [Spec("RFC 8252", "8.6")]
    public async Task The_page_says_that_any_program_could_be_it(string redirect)
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("app", redirect, Trust.VerifiedPublisher, isNative: true);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("mail.read mail.delete"));

        Assert.Contains("any program could use this name", alice.Text, StringComparison.Ordinal);
        Assert.False(alice.Page.QuerySelector("input[value='mail.delete']")!.HasAttribute("checked"));
    }

    [Theory]
    [InlineData(nameof(Trust.SelfDeclared), false)]
    [InlineData(nameof(Trust.RunsOnThisComputer), false)]
    [InlineData(nameof(Trust.DomainProved), true)]
    [InlineData(nameof(Trust.VerifiedPublisher), true)]
    [Spec("AA-T067")]
    public async Task A_secret_is_enough_only_where_somebody_vouches_for_the_host(string trust, bool goesOn)
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(
            async db => (await db.Clients.SingleAsync(c => c.ClientId == "demo-web")).SetTrust(Enum.Parse<Trust>(trust)));
        var (agent, alice) = (Agent.Web(server), await server.SignedInAsync());
        await agent.CodeFromAsync(alice, "mail.read");

        await alice.OpenAsync(agent.AskFor("mail.read"));

        Assert.Equal(goesOn, alice.Left is not null);
    }

    [Theory]
    [InlineData("https://app.localhost/cb", true)]
    [InlineData("https://localhost./cb", true)]
    [InlineData("https://[::1]/cb", true)]
    [InlineData("com.example.app:/cb", true)]
    [InlineData("https://[2001:db8::]/cb", false)]
    [InlineData("https://localhost.example/cb", false)]
    [InlineData("https://notlocalhost/cb", false)]
    [InlineData("not an address", false)]
    public void Which_answers_stay_on_this_computer(string redirect, bool isHere) =>
        Assert.Equal(isHere, LoopbackRedirect.StaysHere(redirect));

    [Fact]
    public async Task A_web_client_with_its_secret_goes_on_without_a_question()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, alice) = (Agent.Web(server), await server.SignedInAsync());
        await agent.CodeFromAsync(alice, "mail.read");

        await alice.OpenAsync(agent.AskFor("mail.read", ("prompt", "none")));

        Assert.Contains("code", alice.Answer.Keys);
    }

    [Fact]
    [Spec("AA-T067")]
    public async Task Of_a_web_client_only_the_address_on_this_computer_is_asked_about()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        var agent = new Agent(server.Http(), "demo-web", "demo-web-secret", "https://localhost:8443/Callback");
        await agent.CodeFromAsync(alice, "mail.read");

        await alice.OpenAsync(agent.AskFor("mail.read", ("prompt", "none")));

        Assert.Equal("consent_required", alice.Answer["error"]);
        Assert.Equal(HttpStatusCode.Found, alice.Status);
    }
}
