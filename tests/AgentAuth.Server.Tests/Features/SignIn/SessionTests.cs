using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.SignIn;

public sealed class SessionTests
{
    private const string Cookie = "__Host-agentauth-session";

    [Fact]
    [Spec("AA-T109")]
    public async Task Signing_in_makes_a_new_session_and_kills_the_one_of_before()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        var before = alice.Copy();

        await alice.OpenAsync("/sign-in?again=1");
        await alice.SignInAsync(People.Alice);

        Assert.NotEqual(before.Cookies[Cookie], alice.Cookies[Cookie]);
        Assert.False(await IsInAsync(before));
        Assert.True(await IsInAsync(alice));
    }

    [Fact]
    [Spec("AA-T109")]
    public async Task A_session_somebody_chose_beforehand_is_never_taken_over()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        var chosen = new string('x', 43);
        await alice.OpenAsync("/sign-in", ("Cookie", $"{Cookie}={chosen}"));

        await alice.SignInAsync(People.Alice);

        Assert.NotEqual(chosen, alice.Cookies[Cookie]);
        using var response = await server.Browser()
            .SendAsync(HttpMethod.Get, "/account/agents", form: null, ("Cookie", $"{Cookie}={chosen}"));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    [Spec("AA-T109")]
    public async Task Nobody_is_signed_in_by_a_form_on_another_site()
    {
        await using var server = await AuthServer.StartAsync();
        var attacker = server.Browser();
        await attacker.OpenAsync("/sign-in");
        var token = attacker.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var alice = server.Browser();

        foreach (var given in new[] { "", token })
        {
            await alice.SendAsync(HttpMethod.Post, "/sign-in",
                [KeyValuePair.Create("Email", People.Bob), KeyValuePair.Create("Password", People.Password),
                    KeyValuePair.Create("__RequestVerificationToken", given)],
                ("Origin", "https://e.test"), ("Sec-Fetch-Site", "cross-site"));

            Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
            Assert.DoesNotContain(Cookie, alice.Cookies.Keys);
        }
    }

    [Fact]
    [Spec("AA-T113")]
    public async Task Every_cookie_is_this_hosts_alone_and_no_scripts()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        List<string> set = [];

        await alice.OpenAsync("/sign-in");
        set.AddRange(alice.SetCookies);
        var form = alice.Page.Forms.Single(f => f.QuerySelector("[name=Password]") is not null);
        await alice.SendAsync(
            HttpMethod.Post, "/sign-in", Browser.Filled(form, null, ("Email", People.Alice), ("Password", People.Password)));
        set.AddRange(alice.SetCookies);

        Assert.Equal(2, set.Count);
        Assert.All(set, cookie =>
        {
            Assert.StartsWith("__Host-agentauth-", cookie, StringComparison.Ordinal);
            Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; path=/", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    [Spec("AA-T113")]
    public async Task Signing_out_ends_every_copy_of_the_cookie_on_every_node_at_once()
    {
        await using var server = await AuthServer.StartAsync();
        await using var other = server.Another();
        var alice = await server.SignedInAsync();
        var copy = alice.Cookies[Cookie];
        var bob = await server.SignedInAsync(People.Bob);

        await alice.OpenAsync("/sign-out");
        Assert.True(await IsInAsync(alice));
        await alice.PressAsync("Sign out");

        Assert.DoesNotContain(Cookie, alice.Cookies.Keys);
        foreach (var node in new[] { server, other })
        {
            using var page = await node.Browser().SendAsync(HttpMethod.Get, "/account/agents", form: null, ("Cookie", $"{Cookie}={copy}"));
            Assert.Equal(HttpStatusCode.Found, page.StatusCode);
            using var post = await node.Browser()
                .SendAsync(HttpMethod.Post, "/account/agents?handler=Remove", [], ("Cookie", $"{Cookie}={copy}"));
            Assert.Equal(HttpStatusCode.Unauthorized, post.StatusCode);
        }
        Assert.True(await IsInAsync(bob));
    }

    [Fact]
    [Spec("AA-T113")]
    public async Task A_session_left_alone_ends_after_eight_hours()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        server.Clock.Advance(TimeSpan.FromHours(7.9));
        Assert.True(await IsInAsync(alice));
        server.Clock.Advance(TimeSpan.FromHours(7.9));
        Assert.True(await IsInAsync(alice));
        server.Clock.Advance(TimeSpan.FromHours(8));

        Assert.False(await IsInAsync(alice));
    }

    [Fact]
    [Spec("AA-T113")]
    public async Task A_busy_session_ends_after_a_week()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        for (var hours = 0; hours < (7 * 24) - 7; hours += 7)
        {
            server.Clock.Advance(TimeSpan.FromHours(7));
            Assert.True(await IsInAsync(alice), $"after {hours + 7} hours");
        }
        server.Clock.Advance(TimeSpan.FromHours(7));

        Assert.False(await IsInAsync(alice));
    }

    [Fact]
    [Spec("AA-T113")]
    public async Task A_disabled_account_is_out_at_its_next_click_and_cannot_come_back()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await server.ChangeAsync(async db => (await db.Users.SingleAsync(a => a.Email == People.Alice)).Disable(server.Clock));

        Assert.False(await IsInAsync(alice));
        await alice.OpenAsync("/sign-in");
        await alice.SignInAsync(People.Alice);
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.False(await IsInAsync(alice));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("' OR 1=1 --")]
    [Spec("AA-T113")]
    public async Task A_cookie_nobody_was_given_is_nobody(string value)
    {
        await using var server = await AuthServer.StartAsync();

        foreach (var cookie in new[] { value, value + new string('a', 9000) })
        {
            using var response = await server.Browser()
                .SendAsync(HttpMethod.Get, "/account/agents", form: null, ("Cookie", $"{Cookie}={cookie}"));
            Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        }
    }

    private static async Task<bool> IsInAsync(Browser browser)
    {
        using var response = await browser.Copy().SendAsync(HttpMethod.Get, "/account/agents");
        return response.StatusCode == HttpStatusCode.OK;
    }
}
