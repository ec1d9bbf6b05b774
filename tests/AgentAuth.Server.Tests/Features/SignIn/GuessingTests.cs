using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Features.SignIn;

/// <summary>Who guesses is slowed down and learns nothing; who knows gets in.</summary>
public sealed class GuessingTests
{
    [Fact]
    [Spec("AA-T110")]
    public async Task One_address_at_one_account_is_slowed_down_and_the_owner_elsewhere_is_not()
    {
        await using var server = await AuthServer.StartAsync();
        var attacker = server.Browser("9.9.9.9");

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, await TryAsync(attacker, People.Alice, "wrong"));
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(attacker, People.Alice, "wrong"));
        Assert.NotNull(attacker.Response.Headers.RetryAfter);
        // the right one tells nothing now
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(attacker, People.Alice, People.Password));
        Assert.Equal(HttpStatusCode.Found, await TryAsync(server.Browser("8.8.8.8"), People.Alice, People.Password));
    }

    [Fact]
    [Spec("AA-T110")]
    public async Task A_hundred_addresses_at_one_account_wait_seconds_and_never_lock_it()
    {
        await using var server = await AuthServer.StartAsync();
        var refused = 0;

        for (var i = 0; i < 100; i++)
        {
            refused += await TryAsync(server.Browser($"9.9.{i}.9"), People.Alice, "wrong") == HttpStatusCode.TooManyRequests ? 1 : 0;
        }
        Assert.InRange(refused, 70, 90);
        server.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.Found, await TryAsync(server.Browser("8.8.8.8"), People.Alice, People.Password));
    }

    [Fact]
    [Spec("AA-T110")]
    public async Task One_password_over_many_accounts_is_slowed_down_by_address()
    {
        await using var server = await AuthServer.StartAsync();
        var attacker = server.Browser("9.9.9.9");
        var statuses = new List<HttpStatusCode>();

        for (var i = 0; i < 70; i++)
        {
            statuses.Add(await TryAsync(attacker, $"person{i}@demo.test", "Summer2026Summer2026"));
        }

        Assert.Equal(10, statuses.Count(s => s == HttpStatusCode.TooManyRequests));
        server.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Found, await TryAsync(attacker, People.Bob, People.Password));
    }

    [Fact]
    [Spec("AA-T110")]
    public async Task A_network_of_ipv6_addresses_counts_as_one()
    {
        await using var server = await AuthServer.StartAsync();

        for (var i = 0; i < 5; i++)
        {
            await TryAsync(server.Browser($"2001:db8:1:2::{i}"), People.Alice, "wrong");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(server.Browser("2001:db8:1:2:ffff::9"), People.Alice, "wrong"));
    }

    [Fact]
    [Spec("AA-T110")]
    public async Task Spelling_the_address_another_way_gives_no_further_tries()
    {
        await using var server = await AuthServer.StartAsync();
        var attacker = server.Browser("9.9.9.9");
        string[] spellings = ["alice@demo.test", "ALICE@demo.test", " alice@demo.test", "alice@demo.test ", "Alice@Demo.Test"];

        foreach (var spelling in spellings)
        {
            Assert.Equal(HttpStatusCode.BadRequest, await TryAsync(attacker, spelling, "wrong"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(attacker, "aLICE@demo.test", "wrong"));
    }

    [Fact]
    [Spec("AA-T111")]
    public async Task A_wrong_password_an_unknown_address_and_a_disabled_account_look_alike()
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(async db => (await db.Users.SingleAsync(a => a.Email == People.Developer)).Disable(server.Clock));
        var answers = new List<(HttpStatusCode, string, string)>();

        foreach (
            var (email, password) in new[] { (People.Alice, "wrong"), ("who@demo.test", "wrong"), (People.Developer, "wrong"),
                (People.Developer, People.Password) })
        {
            var browser = server.Browser($"9.9.9.{answers.Count}");
            await TryAsync(browser, email, password);
            foreach (var token in browser.Page.QuerySelectorAll("input[name=__RequestVerificationToken]"))
            {
                token.Remove();
            }
            var headers = browser.Response.Headers.Where(h => h.Key != "Set-Cookie").Select(h => $"{h.Key}: {string.Join(',', h.Value)}");
            answers.Add(
                (browser.Status, browser.Page.DocumentElement.OuterHtml.Replace(email, "?", StringComparison.Ordinal),
                    string.Join('\n', headers)));
        }

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
    }

    [Theory]
    [InlineData("alice@demo.test", "wrong", 1)]
    [InlineData("who@demo.test", "wrong", 1)]
    [InlineData("alice@demo.test", "Demo-only-passw0rd!", 1)]
    [Spec("AA-T111")]
    public async Task Each_try_costs_exactly_one_hash_whoever_it_is_for(string email, string password, int hashes)
    {
        var counting = new Counter();
        await using var server = await AuthServer.StartAsync(host => host.ConfigureTestServices(s => s
            .AddSingleton(counting).AddScoped<IPasswordHasher<Account>, CountingHasher>()));
        await TryAsync(server.Browser("7.7.7.7"), "warm@demo.test", "up"); // the hash to compare with when there is no account is made once
        counting.Verified = 0;

        await TryAsync(server.Browser("9.9.9.9"), email, password);

        Assert.Equal(hashes, counting.Verified);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(10_000)]
    [Spec("AA-T112")]
    public async Task A_password_longer_than_any_is_refused_unhashed(int length)
    {
        var counting = new Counter();
        await using var server = await AuthServer.StartAsync(host => host.ConfigureTestServices(s => s
            .AddSingleton(counting).AddScoped<IPasswordHasher<Account>, CountingHasher>()));

        Assert.Equal(HttpStatusCode.BadRequest, await TryAsync(server.Browser(), People.Alice, new string('p', length)));
        Assert.Equal(length > Account.MaxPasswordLength ? 0 : 1, counting.Verified);
    }

    private static async Task<HttpStatusCode> TryAsync(Browser browser, string email, string password)
    {
        await browser.OpenAsync("/sign-in");
        var form = browser.Page.Forms.Single(f => f.QuerySelector("[name=Password]") is not null);
        await browser.SendAsync(HttpMethod.Post, "/sign-in", Browser.Filled(form, null, ("Email", email), ("Password", password)));
        return browser.Status;
    }

    private sealed class Counter
    {
        public int Verified { get; set; }
    }

    /// <summary>The product's hasher, overheard.</summary>
    private sealed class CountingHasher(Counter counter) : IPasswordHasher<Account>
    {
        private readonly PasswordHasher<Account> _hasher = new();

        public string HashPassword(Account user, string password) => _hasher.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
        {
            counter.Verified++;
            return _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
