using System.Diagnostics;
using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Features.SignIn;

/// <summary>
/// Nodes that share a PostgreSQL are one server to who guesses. SQLite serves one process: there nothing is written, and nothing heard.
/// </summary>
public sealed class SharedGuessingTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string EveAtAlices = FailureBooks.KeyOf("09090909 ALICE@DEMO.TEST");
    private static readonly string AliceAtHome = FailureBooks.KeyOf("08080808 ALICE@DEMO.TEST");
    private static readonly string GuesserOfSecrets = FailureBooks.KeyOf("127.0.0.1 demo-service");

    [Fact]
    [Spec("AA-T110")]
    public async Task Five_wrong_passwords_at_one_node_slow_the_guesser_at_the_other_within_a_second()
    {
        await using var a = await AuthServer.StartAsync();
        await using var b = a.Another();
        var (atA, atB) = (a.Browser("9.9.9.9"), b.Browser("9.9.9.9"));

        for (var i = 0; i < 5; i++)
        {
            await atA.SignInAsync(People.Alice, "wrong");
        }
        await HearsAsync(b, FailureKind.SignInPair, EveAtAlices, 5, Soon);
        await atB.SignInAsync(People.Alice, "wrong");

        Assert.Equal(Template.IsPostgres ? HttpStatusCode.TooManyRequests : HttpStatusCode.BadRequest, atB.Status);
        await b.Browser("8.8.8.8").SignInAsync(People.Alice); // the owner elsewhere is not shut out
        Assert.Equal(HttpStatusCode.TooManyRequests, (await atA.SignInAsync(People.Alice)).Status);
    }

    [Fact]
    [Spec("AA-T110")]
    public async Task Twenty_wrong_secrets_at_one_node_are_too_many_at_the_other()
    {
        await using var a = await AuthServer.StartAsync();
        await using var b = a.Another();
        var (atA, atB) = (Guesser(a), Guesser(b));

        for (var i = 0; i < SecretThrottle.Tries; i++)
        {
            Assert.Equal("invalid_client", (await atA.ForItselfAsync()).Error);
        }
        await HearsAsync(b, FailureKind.Secret, GuesserOfSecrets, SecretThrottle.Tries, Soon);

        Assert.Equal(Template.IsPostgres ? "slow_down" : "invalid_client", (await atB.ForItselfAsync()).Error);
    }

    [Fact]
    [Spec("AA-T110")]
    public async Task A_node_that_starts_anew_knows_what_failed_before()
    {
        await using var a = await AuthServer.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await a.Browser("9.9.9.9").SignInAsync(People.Alice, "wrong");
        }
        await IsAsync(async () => !Template.IsPostgres
            || await a.LookAsync(db => db.FailedTries.Where(f => f.Kind == FailureKind.SignInPair).SumAsync(f => f.Times)) == 5, Patience);

        await using var later = a.Another();
        await HearsAsync(later, FailureKind.SignInPair, EveAtAlices, 5, Patience);
        var eve = later.Browser("9.9.9.9");
        await eve.SignInAsync(People.Alice, "wrong"); // the start may have taken longer than the first wait
        await eve.SignInAsync(People.Alice, "wrong");

        Assert.Equal(Template.IsPostgres ? HttpStatusCode.TooManyRequests : HttpStatusCode.BadRequest, eve.Status);
    }

    [Fact]
    [Spec("AA-T110")]
    public async Task The_right_password_is_forgiven_on_every_node_and_who_never_failed_writes_nothing()
    {
        await using var a = await AuthServer.StartAsync();
        await using var b = a.Another();

        Assert.Equal(HttpStatusCode.OK, (await a.Browser("7.7.7.7").SignInAsync(People.Bob)).Status);
        Assert.True((await Agent.Service(a).ForItselfAsync()).IsGood);
        Assert.Empty(a.Services.GetRequiredService<FailureBooks>().TakeNews(default, int.MaxValue));

        var alice = a.Browser("8.8.8.8");
        for (var i = 0; i < 4; i++)
        {
            await alice.SignInAsync(People.Alice, "wrong");
        }
        await HearsAsync(b, FailureKind.SignInPair, AliceAtHome, 4, Patience);
        await alice.SignInAsync(People.Alice);
        await IsAsync(() => Task.FromResult(b.Services.GetRequiredService<FailureBooks>()[FailureKind.SignInPair].IsEmpty), Patience);
        var atB = b.Browser("8.8.8.8");
        for (var i = 0; i < 5; i++)
        {
            await atB.SignInAsync(People.Alice, "wrong");
            Assert.Equal(HttpStatusCode.BadRequest, atB.Status);
        }
    }

    [Fact]
    public async Task No_address_of_a_person_or_a_network_stands_in_the_table()
    {
        await using var server = await AuthServer.StartAsync();
        await server.Browser("9.9.9.9").SignInAsync(People.Alice, "wrong");
        await IsAsync(async () => await server.LookAsync(db => db.FailedTries.CountAsync()) == (Template.IsPostgres ? 3 : 0), Patience);

        var rows = await server.LookAsync(db => db.FailedTries.ToListAsync());

        Assert.All(rows, row => Assert.Matches("^[0-9a-f]{32}$", row.Key));
        Assert.Equal(rows.Count, rows.Select(r => r.Kind).Distinct().Count());
    }

    private static Agent Guesser(AuthServer server) => new(server.Http(), "demo-service", "a-guess", "");

    /// <summary>Only where nodes tell each other is there anything to wait for.</summary>
    private static Task HearsAsync(AuthServer node, FailureKind kind, string key, int times, TimeSpan within) => IsAsync(
        () => Task.FromResult(
            !Template.IsPostgres || node.Services.GetRequiredService<FailureBooks>()[kind].Of(key).Times == times), within);

    private static async Task IsAsync(Func<Task<bool>> isSo, TimeSpan within)
    {
        var begun = Stopwatch.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < within, $"Not within {within}.");
            await pace.WaitForNextTickAsync();
        }
    }
}
