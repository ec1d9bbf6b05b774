using System.Net;
using AgentAuth.Server.Features.Developers.Apps;
using AgentAuth.Server.Tests.Support;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Developers.Apps;

/// <summary>From a new app to a first call, with nothing to look up elsewhere.</summary>
public sealed class ConnectTests
{
    private const string Native = "http://127.0.0.1/callback";

    [Fact]
    [Spec("RFC 7636", "4.3")]
    public async Task What_the_page_of_a_new_app_says_gets_a_token()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await RegisteredAsync(server, Native);
        await ChooseAsync(dev, "Demo Mail");
        var id = IdOf(dev);
        var lines = dev.Page.QuerySelector("#connect-it")!.ParentElement!.QuerySelector("pre")!.TextContent.Split('\n');

        Assert.Contains($"CLIENT_ID='{id}'", lines, StringComparer.Ordinal);
        Assert.Contains("REDIRECT_URI='http://127.0.0.1:7890/callback'", lines, StringComparer.Ordinal);
        Assert.Contains($"RESOURCE='{AuthServer.Mail}'", lines, StringComparer.Ordinal);
        var agent = new Agent(server.Http(), id, secret: null, "http://127.0.0.1:7890/callback");
        var url = Assert.Single(lines, l => l.StartsWith("echo ", StringComparison.Ordinal))["echo ".Length..].Trim('"')
            .Replace("$STATE", "its-state", StringComparison.Ordinal)
            .Replace("$CHALLENGE", Agent.Challenge(agent.Verifier), StringComparison.Ordinal);
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(url[AuthServer.Issuer.Length..]);
        await alice.PressAsync("Allow");
        var tokens = await agent.RedeemAsync(alice.Answer["code"]);

        Assert.True(tokens.IsGood, tokens.Body);
        Assert.Equal("mail.read", tokens.Text("scope"));
        Assert.Equal("its-state", alice.Answer["state"]);
    }

    [Theory]
    [InlineData("None", "-d \"client_id=$CLIENT_ID\"", "", 4)]
    [InlineData("Secret", "-u \"$CLIENT_ID:$CLIENT_SECRET\"", "CLIENT_SECRET='PASTE THE SECRET HERE'", 4)]
    public async Task Each_language_is_filled_in(string proof, string inCurl, string secret, int languages)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await RegisteredAsync(server, Native, proof);
        await ChooseAsync(dev, "Demo Mail");

        var folds = dev.Page.QuerySelectorAll("section[aria-labelledby=connect-it] details");

        Assert.Equal(languages, folds.Length);
        Assert.All(folds, f => Assert.Contains(IdOf(dev), f.TextContent, StringComparison.Ordinal));
        Assert.All(folds, f => Assert.Contains(AuthServer.Mail, f.TextContent, StringComparison.Ordinal));
        Assert.All(folds, f => Assert.Contains("mail.read", f.TextContent, StringComparison.Ordinal));
        Assert.All(folds, f => Assert.Equal(secret.Length > 0, f.TextContent.Contains("PASTE THE SECRET HERE", StringComparison.Ordinal)));
        Assert.Contains(inCurl, folds[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("\n" + secret, "\n" + folds[0].QuerySelector("pre")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_examples_are_for_the_resource_that_is_chosen_on_the_first_page_too()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);

        await dev.OpenAsync("/developers");
        await ChooseAsync(dev, "Demo Mail");

        Assert.All(dev.Page.QuerySelectorAll("details"), f => Assert.Contains(AuthServer.Mail, f.TextContent, StringComparison.Ordinal));
        await dev.OpenAsync("/developers?resource='\"<x>");
        Assert.Equal(HttpStatusCode.OK, dev.Status);
    }

    [Fact]
    public async Task A_known_clients_app_leads_to_its_guide_and_not_to_code()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await RegisteredAsync(server, "https://claude.ai/api/mcp/auth_callback");

        var section = dev.Page.QuerySelector("section[aria-labelledby=connect-it]")!;

        Assert.Empty(section.QuerySelectorAll("pre"));
        var guide = section.QuerySelector("p a")!.GetAttribute("href");
        Assert.StartsWith("/developers/guides/claude?resource=", guide, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("$(x)`y`", "'$(x)`y`'")]
    public void Nothing_breaks_out_of_the_shell(string text, string expected) => Assert.Equal(expected, FirstCall.Shell(text));

    [Theory]
    [InlineData("en", "Ask an administrator of this server")]
    [InlineData("zh-Hant", "請聯絡此伺服器的管理員")]
    public async Task Who_is_no_developer_reads_whom_to_ask(string language, string words)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await alice.OpenAsync("/", ("Accept-Language", language));
        await alice.OpenAsync(alice.Page.QuerySelector("main a[href='/developers']")!.GetAttribute("href")!);
        await alice.SignInAsync(Who.Alice);

        await alice.OpenAsync("/developers", ("Accept-Language", language));

        Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
        Assert.Contains(words, alice.Text, StringComparison.Ordinal);
        await alice.OpenAsync("/admin", ("Accept-Language", language));
        Assert.DoesNotContain(words, alice.Text, StringComparison.Ordinal);
    }

    private static async Task<Browser> RegisteredAsync(AuthServer server, string redirect, string proof = "None")
    {
        var dev = await server.SignedInAsync(Who.Developer);
        await dev.OpenAsync("/developers/register");
        await dev.PressAsync("Register", ("Name", "First"), ("Redirects", redirect), ("IsNative", "true"), ("Proof", proof));
        return dev;
    }

    private static Task<Browser> ChooseAsync(Browser dev, string resource) => dev.OpenAsync(
        dev.Page.QuerySelectorAll("main a[href*='resource=']").First(a => a.TextContent == resource).GetAttribute("href")!.Split('#')[0]);

    private static string IdOf(Browser dev) => dev.Url["/developers/apps/".Length..].Split('?')[0];
}
