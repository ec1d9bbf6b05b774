using System.Text.Json;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Setup;

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
    public async Task What_is_not_understood_changes_nothing_and_prints_help(params string[] words)
    {
        await using var server = await AuthServer.StartAsync();

        var (code, said, complained) = await Operator.RunAsync(server.Store, words);

        Assert.Equal((2, ""), (code, said));
        Assert.Contains("keys rotate --now", complained, StringComparison.Ordinal);
        Assert.Equal(2, await server.LookAsync(db => db.SigningKeys.CountAsync())); // one signs, one seals
    }

    [Fact]
    public async Task Help_is_no_error()
    {
        await using var server = await AuthServer.StartAsync();

        var (code, said, _) = await Operator.RunAsync(server.Store, "help");

        Assert.Equal(0, code);
        Assert.Contains("keys rotate", said, StringComparison.Ordinal);
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
