using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Accounts;

/// <summary>A new password, and signing out everywhere else.</summary>
public sealed class SecurityPageTests
{
    private const string New = "quartz lantern meadow 41";

    [Fact]
    [Spec("AA-T112")]
    public async Task A_new_password_counts_at_once_and_signs_every_other_browser_out()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, phone) = (await server.SignedInAsync(), await server.SignedInAsync());
        var before = alice.Copy();
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(alice);

        await ChangeAsync(alice, People.Password, New);

        Assert.Contains("The password is changed", alice.Text, StringComparison.Ordinal);
        Assert.True(await IsInAsync(alice));
        Assert.False(await IsInAsync(phone));
        Assert.False(await IsInAsync(before)); // whoever copied the cookie is out as well
        Assert.True(await mail.SeesAsync(tokens.AccessToken)); // agents go on unless it is wished
        var again = server.Browser();
        await again.SignInAsync(People.Alice);
        Assert.Contains("not right", again.Text, StringComparison.Ordinal);
        await again.SignInAsync(People.Alice, New);
        Assert.True(await IsInAsync(again));
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "account.password")));
    }

    [Fact]
    [Spec("AA-T054")]
    [Spec("AA-T112")]
    public async Task With_it_all_agents_can_be_removed_and_are_dead_at_once()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (await server.SignedInAsync(), Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(alice);
        await using var events = await EventStream.OpenAsync(server);
        await events.NextAsync("snapshot");

        await ChangeAsync(alice, People.Password, New, ("agents", "true"));

        Assert.Equal(tokens.Claims.GetProperty("gid").GetString(), (await events.NextAsync("revoked")).GetProperty("gid").GetString());
        Assert.False(await mail.SeesAsync(tokens.AccessToken));
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Theory]
    [InlineData("not the password it is", New, New, "That is not your password.")]
    [InlineData(People.Password, "password1234567", "password1234567", "among the first")]
    [InlineData(People.Password, "short", "short", "15")]
    [InlineData(People.Password, New, "quartz lantern meadow 42", "not the same")]
    [InlineData("", New, New, "Enter your password.")]
    [Spec("AA-T112")]
    public async Task A_change_that_is_none_changes_nothing(string old, string password, string again, string says)
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, phone) = (await server.SignedInAsync(), await server.SignedInAsync());

        await alice.OpenAsync("/account/security");
        await alice.PressAsync("Change the password", ("Old", old), ("Password", password), ("Again", again));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Contains(says, alice.Text, StringComparison.Ordinal);
        Assert.True(await IsInAsync(phone));
        Assert.True(await IsInAsync(await server.SignedInAsync()));
    }

    [Fact]
    [Spec("AA-T112")]
    public async Task Ten_kilobytes_are_refused_before_any_hash()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await ChangeAsync(alice, new string('o', 10_000), new string('n', 10_000));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Contains("at most 256", alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T112")]
    public async Task Guessing_the_old_password_is_slowed_down()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        for (var i = 0; i < 10 && alice.Status != HttpStatusCode.TooManyRequests; i++)
        {
            await ChangeAsync(alice, $"guess number {i} of many", New);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, alice.Status);
    }

    [Fact]
    [Spec("AA-T060")]
    public async Task Signing_out_everywhere_else_leaves_this_browser_and_the_agents()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, phone, tablet) = (await server.SignedInAsync(), await server.SignedInAsync(), await server.SignedInAsync());
        var tokens = await Agent.Native(server).TokensFromAsync(alice);

        await alice.OpenAsync("/account/security");
        Assert.Contains("2 other browsers", alice.Text, StringComparison.Ordinal);
        await alice.PressAsync("Sign out everywhere else");

        Assert.Contains("Only here.", alice.Text, StringComparison.Ordinal);
        Assert.True(await IsInAsync(alice));
        Assert.False(await IsInAsync(phone));
        Assert.False(await IsInAsync(tablet));
        Assert.True(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));
    }

    private static async Task ChangeAsync(Browser person, string old, string password, params (string, string)[] more)
    {
        await person.OpenAsync("/account/security");
        await person.PressAsync("Change the password", [("Old", old), ("Password", password), ("Again", password), .. more]);
    }

    private static async Task<bool> IsInAsync(Browser person)
    {
        using var answer = await person.Copy().SendAsync(HttpMethod.Get, "/account/agents");
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
