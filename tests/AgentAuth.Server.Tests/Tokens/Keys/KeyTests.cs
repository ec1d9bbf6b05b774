using System.Net;
using System.Text.Json;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens.Keys;

/// <summary>Signing keys: made at the first start, kept, replaced without anybody noticing, or thrown away at once.</summary>
public sealed class KeyTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_first_start_makes_one_key_and_a_restart_keeps_it()
    {
        await using var server = await AuthServer.StartEmptyAsync();
        var first = await KeysAsync(server);

        await using var restarted = server.Another();

        Assert.Single(first);
        Assert.Equal(first, await KeysAsync(restarted));
    }

    [Fact]
    public async Task Tokens_survive_a_restart()
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Native(server).TokensFromAsync(server.Browser());

        await using var restarted = server.Another();

        Assert.True(await Agent.MailServer(restarted).SeesAsync(tokens.AccessToken));
        Assert.True((await Agent.Native(restarted).RefreshAsync(tokens.RefreshToken)).IsGood);
    }

    [Fact]
    [Spec("RFC 7517", "5")]
    [Spec("AA-T104")]
    public async Task What_is_published_is_public()
    {
        await using var server = await AuthServer.StartAsync();
        await RotateAsync(server, atOnce: false);
        using var http = server.Http();

        var jwks = JsonSerializer.Deserialize<JsonElement>(
            await http.GetStringAsync("/.well-known/jwks", TestContext.Current.CancellationToken));

        var keys = jwks.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(2, keys.Count);
        Assert.Equal(2, keys.Select(k => k.GetProperty("kid").GetString()).Distinct().Count());
        foreach (var key in keys)
        {
            Assert.Equal("EC", key.GetProperty("kty").GetString());
            Assert.Equal("ES256", key.GetProperty("alg").GetString());
            Assert.Equal("sig", key.GetProperty("use").GetString());
            Assert.Empty(key.EnumerateObject().Select(p => p.Name).Intersect(["d", "p", "q", "dp", "dq", "qi", "k", "oth"]));
        }
    }

    [Fact]
    [Spec("AA-T103")]
    public async Task A_new_key_is_published_before_it_signs_and_the_old_one_until_its_tokens_are_dead()
    {
        await using var server = await AuthServer.StartAsync();
        var old = Assert.Single(await KeysAsync(server));

        var next = await RotateAsync(server, atOnce: false);
        Assert.Equal([old, next], await KeysAsync(server), StringComparer.Ordinal);
        Assert.Equal(old, await SigningKeyAsync(server));

        await AdvanceAsync(server, KeyOptions.PublishAhead - Moment);
        Assert.Equal(old, await SigningKeyAsync(server));
        var last = await Agent.Service(server).ForItselfAsync();

        await AdvanceAsync(server, Moment);
        Assert.Equal(next, await SigningKeyAsync(server));
        Assert.Contains(old, await KeysAsync(server));
        Assert.True(await Agent.MailServer(server).SeesAsync(last.AccessToken));

        await AdvanceAsync(server, TimeSpan.FromMinutes(5) + KeyOptions.KeepAfter);
        Assert.Equal([next], await KeysAsync(server));
        Assert.Equal(next, await SigningKeyAsync(server));
    }

    [Fact]
    [Spec("AA-T103")]
    public async Task Refresh_tokens_and_codes_live_through_any_rotation()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());
        var tokens = await claude.TokensFromAsync(alice);
        var code = await claude.CodeFromAsync(alice);

        await RotateAsync(server, atOnce: false);
        await AdvanceAsync(server, Moment);
        Assert.True((await claude.RedeemAsync(code)).IsGood);
        await AdvanceAsync(server, TimeSpan.FromDays(1));

        Assert.True((await claude.RefreshAsync(tokens.RefreshToken)).IsGood);
    }

    [Fact]
    [Spec("AA-T103")]
    public async Task Many_rotations_never_make_a_good_token_bad()
    {
        await using var server = await AuthServer.StartAsync();
        var (service, mail) = (Agent.Service(server), Agent.MailServer(server));

        for (var rotation = 0; rotation < 5; rotation++)
        {
            await RotateAsync(server, atOnce: false);
            for (var step = 0; step < 5; step++)
            {
                var token = (await service.ForItselfAsync()).AccessToken;
                Assert.Contains(TokenAnswer.HeaderOf(token).GetProperty("kid").GetString(), await KeysAsync(server));
                await AdvanceAsync(server, TimeSpan.FromMinutes(4));
                Assert.True(await mail.SeesAsync(token));
            }
        }
    }

    [Fact]
    [Spec("AA-T103")]
    public async Task When_a_key_leaked_what_it_signed_is_refused_at_once()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail, alice) = (Agent.Native(server), Agent.MailServer(server), server.Browser());
        var before = await claude.TokensFromAsync(alice);

        var next = await RotateAsync(server, atOnce: true);
        var after = await claude.RefreshAsync(before.RefreshToken);

        Assert.Equal([next], await KeysAsync(server));
        Assert.False(await mail.SeesAsync(before.AccessToken));
        Assert.Equal(HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(before.AccessToken)).Status);
        Assert.Equal(next, TokenAnswer.HeaderOf(after.AccessToken).GetProperty("kid").GetString());
        Assert.True(await mail.SeesAsync(after.AccessToken));
    }

    [Fact]
    [Spec("AA-T103")]
    public async Task Another_node_follows_a_rotation_of_itself()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();
        var before = await Agent.Service(another).ForItselfAsync();

        server.Clock.Advance(TimeSpan.FromMinutes(1)); // whoever throws the key away has a clock that is ahead
        var next = await RotateAsync(server, atOnce: true);
        using var patience = new CancellationTokenSource(KeyOptions.Look / 2);
        using var glance = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await KeysAsync(another) is not [var only] || only != next)
        {
            await glance.WaitForNextTickAsync(patience.Token);
        }
        Assert.False(await Agent.MailServer(another).SeesAsync(before.AccessToken));
    }

    [Fact]
    [Spec("AA-T104")]
    public async Task Without_the_folder_that_seals_the_keys_the_server_does_not_start()
    {
        Assert.SkipWhen(Template.IsPostgres, "There the sealing keys lie in a table.");
        await using var server = await AuthServer.StartAsync();
        Directory.Delete(Path.Combine(server.Store.Folder, "keys"), recursive: true);

        var (code, _, error) = await Operator.RunAsync(server.Store, "--urls=http://127.0.0.1:0");

        Assert.Equal(2, code);
        Assert.Contains("cannot be opened", error, StringComparison.Ordinal);
        Assert.Contains("Restore the keys folder", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal); // words for an operator, not a stack
    }

    [Fact]
    [Spec("AA-T104")]
    public async Task Nobody_but_the_servers_user_may_look_into_its_folders()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Template.IsPostgres, "Folders of a Unix server.");
        var store = Store.New();
        var data = Path.Combine(store.Folder, "data");
        var (_, _, error) = await Operator.RunAsync(store with { Folder = data }, "keys", "rotate"); // makes its folders, finds no database

        Assert.Contains("no database", error, StringComparison.Ordinal);
        foreach (var folder in new[] { data, Path.Combine(data, "keys") })
        {
#pragma warning disable CA1416 // skipped above
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
#pragma warning restore CA1416
        }
        Directory.Delete(store.Folder, recursive: true);
    }

    [Fact]
    [Spec("AA-T104")]
    public async Task Every_rotation_is_in_the_audit()
    {
        await using var server = await AuthServer.StartAsync();

        var planned = await RotateAsync(server, atOnce: false);
        var urgent = await RotateAsync(server, atOnce: true);

        var noted = await server.LookAsync(db => db.AuditEntries.Where(e => e.Act.StartsWith("keys.")).OrderBy(e => e.Id).ToListAsync());
        Assert.Equal([("keys.rotate", $"key {planned}"), ("keys.rotate-now", $"key {urgent}")], noted.Select(e => (e.Act, e.Target)));
    }

    private static async Task<string> RotateAsync(AuthServer server, bool atOnce)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var key = await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateAsync(atOnce, default);
        await server.Services.GetRequiredService<KeyRing>().LookAsync(default);
        return key.Id.ToString("N");
    }

    private static async Task AdvanceAsync(AuthServer server, TimeSpan time)
    {
        server.Clock.Advance(time);
        await server.Services.GetRequiredService<KeyRing>().LookAsync(default);
    }

    private static async Task<string[]> KeysAsync(AuthServer server)
    {
        using var http = server.Http();
        var jwks = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync("/.well-known/jwks"));
        return [.. jwks.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];
    }

    private static async Task<string?> SigningKeyAsync(AuthServer server) =>
        TokenAnswer.HeaderOf((await Agent.Service(server).ForItselfAsync()).AccessToken).GetProperty("kid").GetString();
}
