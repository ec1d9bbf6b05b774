using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Commands;

/// <summary>The operator's commands, run as an operator runs them.</summary>
public sealed class CommandLineTests
{
    [Fact]
    [Spec("AA-T103")]
    public async Task Keys_rotate_publishes_a_key_beside_the_old_one_while_the_server_runs()
    {
        await using var server = await AuthServer.StartAsync();

        var (code, said, complained) = await Operator.RunAsync(server.Store, "keys", "rotate");
        await server.Services.GetRequiredService<KeyRing>().LookAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (code, complained));
        Assert.Contains("is published and signs from", said, StringComparison.Ordinal);
        Assert.Equal(2, await PublishedAsync(server));
    }

    [Fact]
    [Spec("AA-T103")]
    public async Task Keys_rotate_now_throws_the_old_ones_away()
    {
        await using var server = await AuthServer.StartAsync();
        var before = await Agent.Service(server).ForItselfAsync();

        var (code, said, _) = await Operator.RunAsync(server.Store, "keys", "rotate", "--now");
        server.Clock.Advance(TimeSpan.FromMinutes(1)); // the command ran by the real clock
        await server.Services.GetRequiredService<KeyRing>().LookAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, code);
        Assert.Contains("all others are gone", said, StringComparison.Ordinal);
        Assert.Equal(1, await PublishedAsync(server));
        Assert.False(await Agent.MailServer(server).SeesAsync(before.AccessToken));
        Assert.True((await Agent.Service(server).ForItselfAsync()).IsGood);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("keys", "burn")]
    [InlineData("serve")]
    [InlineData("keys", "rotate", "please")]
    [InlineData("keys", "rotate", "--replace")]
    [InlineData("keys", "rotate", "--nwo")]
    [InlineData("backup")]
    [InlineData("restore", "one", "two")]
    [InlineData("restore", "no-such-file")]
    [InlineData("move")]
    [InlineData("migrate", "now")]
    [InlineData("prune", "--AgentAuth:Issuer")]
    public async Task What_is_not_understood_changes_nothing_and_is_answered_with_one_line(params string[] words)
    {
        await using var server = await AuthServer.StartAsync();

        var (code, said, complained) = await Operator.RunHereAsync(server.Store, words);

        Assert.Equal((2, ""), (code, said));
        Assert.Single(complained.TrimEnd().Split('\n'));
        Assert.Equal(3, await server.LookAsync(db => db.SigningKeys.CountAsync())); // one signs tokens, one receipts, one seals
    }

    [Fact]
    public async Task Help_is_no_error_and_tells_of_every_command()
    {
        var (code, said, _) = await Operator.RunHereAsync(Store.Nowhere, "help");

        Assert.Equal(0, code);
        Assert.All(
            ["backup FILE", "restore FILE [--replace]", "migrate", "move --to-postgres", "prune", "keys rotate [--now]", "help"],
            usage => Assert.Contains($"\n{usage} ", said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prune_says_how_many_rows_of_what_went()
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(db =>
        {
            db.Add(new Revocation { Value = "long over", ForgetAt = server.Clock.GetUtcNow() - TimeSpan.FromDays(1) });
            return Task.CompletedTask;
        });

        var (code, said, complained) = await Operator.RunHereAsync(server.Store, "prune");

        Assert.Equal((0, ""), (code, complained));
        Assert.Matches(@"revocations +1\s", said);
        Assert.Matches(@"sessions +0\s", said);
        Assert.Equal(0, await server.LookAsync(db => db.Revocations.CountAsync()));
    }

    [Fact]
    public async Task A_fault_is_told_in_words()
    {
        Assert.SkipWhen(Template.IsPostgres, "A file that is no database.");
        var store = Store.New();
        await File.WriteAllTextAsync(Path.Combine(store.Folder, "agentauth.db"), new string('x', 5_000));

        var (code, said, complained) = await Operator.RunAsync(store, "migrate");

        Assert.Equal((2, ""), (code, said));
        Assert.Contains("not a database", complained, StringComparison.Ordinal);
        Assert.Single(complained.TrimEnd().Split('\n')); // and no stack
        Directory.Delete(store.Folder, recursive: true);
    }

    [Fact]
    public async Task Rotating_where_no_server_ever_started_is_refused_and_makes_no_database()
    {
        Assert.SkipWhen(Template.IsPostgres, "A folder without a SQLite file.");
        var store = Store.New();

        var (code, _, complained) = await Operator.RunAsync(store, "keys", "rotate");

        Assert.Equal(2, code);
        Assert.Contains("AgentAuth:DataPath", complained, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(store.Folder, "agentauth.db")));
        Directory.Delete(store.Folder, recursive: true);
    }

    private static async Task<int> PublishedAsync(AuthServer server)
    {
        using var http = server.Http();
        var jwks = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync("/.well-known/jwks"));
        return jwks.GetProperty("keys").GetArrayLength();
    }
}
