using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Features.Developers;

/// <summary>Every mistake of the playground is refused as it would be at a client, and its error_id is explained.</summary>
public sealed class TryItMistakesTests
{
    /// <summary>Button, OAuth error, rule, whether a code must be in hand.</summary>
    private static readonly (string Button, string Error, string Rule, bool NeedsCode)[] Mistakes =
    [
        ("Another redirect address", "invalid_request", "redirect-uri.registered", false),
        ("No PKCE", "invalid_request", "pkce.challenge", false),
        ("PKCE with plain", "invalid_request", "pkce.s256", false),
        ("An unknown resource", "invalid_target", "resource.known", false),
        ("An unknown scope", "invalid_scope", "scope.known", false),
        ("A token in the redirect", "unsupported_response_type", "response-type.code", false),
        ("A wrong verifier", "invalid_grant", "pkce.verifier", true),
        ("Another audience", "invalid_target", "resource.granted", true),
        ("Another redirect address at redemption", "invalid_grant", "redirect-uri.same", true),
        ("An expired code", "invalid_grant", "code.fresh", true),
        ("A made-up code", "invalid_grant", "code.genuine", false),
        ("An unknown client", "invalid_client", "client.known", false),
        ("The password grant", "unsupported_grant_type", "grant-type.known", false),
        ("A broken access token", "invalid_token", "token.live", false),
    ];

    public static TheoryData<string> Buttons => [.. Mistakes.Select(m => m.Button)];

    [Theory]
    [MemberData(nameof(Buttons))]
    public async Task Each_is_refused_and_explained(string button)
    {
        var mistake = Mistakes.Single(m => m.Button == button);
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        if (mistake.NeedsCode)
        {
            await dev.AllowsAsync();
        }
        if (button == "An expired code")
        {
            server.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        await PressAsync(dev, button);

        Assert.Equal(mistake.Error, dev.Error());
        await dev.ReadsWhyAsync(server, dev.WhyId());
        Assert.Contains(mistake.Rule, dev.Words(), StringComparison.Ordinal);
        Assert.Contains("The rule that failed", dev.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_is_still_good_is_not_wasted_on_showing_an_expired_one()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        await dev.AllowsAsync();

        await PressAsync(dev, "An expired code");

        Assert.Contains("wait, and press again", dev.Words(), StringComparison.Ordinal);
        await dev.PressAsync("Redeem the code");
        Assert.StartsWith("HTTP/1.1 200 OK", dev.Came(), StringComparison.Ordinal);
    }

    /// <summary>What stands there is what was answered, but nothing that could be used.</summary>
    [Fact]
    public async Task What_is_shown_has_no_secret_in_it()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        await dev.AllowsAsync();

        await PressAsync(dev, "A wrong verifier");

        Assert.Contains("code_verifier=xxxxxx…(43 characters)", dev.Sent(), StringComparison.Ordinal);
        Assert.Matches("code=[^&\n]{6}…\\(43 characters\\)", dev.Sent());
        Assert.Contains("\"error_id\"", dev.Came(), StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", dev.Came(), StringComparison.Ordinal);
    }

    /// <summary>The button with exactly these words: one's words begin another's.</summary>
    private static Task<Browser> PressAsync(Browser dev, string button)
    {
        var pressed = dev.Page.QuerySelectorAll("button").OfType<AngleSharp.Html.Dom.IHtmlButtonElement>()
            .Single(b => b.TextContent.Trim() == button);
        return dev.SubmitAsync(pressed.Form!, pressed);
    }
}
