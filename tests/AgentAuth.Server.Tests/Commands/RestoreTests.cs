using AgentAuth.Server.Commands;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tests.Commands;

/// <summary>Disaster, and what comes back: the people and what was set up, and nothing that was issued.</summary>
public sealed class RestoreTests
{
    private const int Many = 100;

    [Fact]
    public async Task Nothing_issued_before_a_restore_lives_again_and_everybody_can_start_anew()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, alice) = (Agent.Web(server), await server.SignedInAsync());
        await agent.CodeFromAsync(alice); // allowed once, remembered from then on
        var removed = await EachAsync(async i => await OfAnotherClientAsync(server, alice, i));
        var rotated = await EachAsync(async _ => await agent.RedeemAsync(await agent.CodeFromAsync(alice)));
        var codes = await EachAsync(_ => agent.CodeFromAsync(alice));
        var file = await Operator.BackUpAsync(server.Store);

        await EachAsync(i => Other(server, i).RevokeAsync(removed[i].RefreshToken));
        var successors = await EachAsync(i => agent.RefreshAsync(rotated[i].RefreshToken));
        var redeemed = await EachAsync(i => agent.RedeemAsync(codes[i]));
        Assert.All(successors.Concat(redeemed), answer => Assert.True(answer.IsGood, answer.Body));
        await using var restored = await RestoredAsync(file);

        var (again, mail) = (Agent.Web(restored), Agent.MailServer(restored));
        await EachAsync(async i => AssertRefused(await Other(restored, i).RefreshAsync(removed[i].RefreshToken)));
        foreach (var tokens in rotated.Concat(successors).Concat(redeemed))
        {
            AssertRefused(await again.RefreshAsync(tokens.RefreshToken));
            Assert.False(await mail.SeesAsync(tokens.AccessToken));
        }
        await EachAsync(async i => AssertRefused(await again.RedeemAsync(codes[i])));
        Assert.Equal(0, await restored.LookAsync(db => db.Grants.CountAsync(g => g.Status == Statuses.Valid)));
        Assert.Equal(0, await restored.LookAsync(db => db.Tokens.CountAsync(t => t.Status == Statuses.Valid)));
        Assert.True((await Agent.Web(restored).TokensFromAsync(restored.Browser())).IsGood);
    }

    [Fact]
    public async Task Accounts_clients_and_the_record_are_there_and_say_what_happened()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        await Agent.Web(server).TokensFromAsync(alice);
        await server.ChangeAsync(db => Task.FromResult(db.Add(new AuditEntry { Actor = "olga", Act = "test.before", Target = "all" })));
        await using var restored = await RestoredAsync(await Operator.BackUpAsync(server.Store));

        Assert.Equal(await RowsAsync<Account>(server), await RowsAsync<Account>(restored));
        Assert.Equal(await RowsAsync<Client>(server), await RowsAsync<Client>(restored));
        Assert.Equal(await RowsAsync<Scope>(server), await RowsAsync<Scope>(restored));
        var acts = await restored.LookAsync(db => db.AuditEntries.Select(e => e.Act).ToListAsync());
        Assert.Equal(["grant.allow", "server.restore", "test.before"], acts.Order(StringComparer.Ordinal));
        var grant = await restored.LookAsync(db => db.Grants.SingleAsync());
        Assert.Equal(EndEverything.Reason, grant.EndedBecause);
        var admin = await restored.SignedInAsync(People.Admin);
        await admin.OpenAsync($"/admin/grants/{grant.Id}");
        Assert.Contains(EndEverything.Reason, admin.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_was_signed_in_signs_in_again_and_an_open_question_is_gone()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Agent.Native(server).AskFor());
        await using var restored = await RestoredAsync(await Operator.BackUpAsync(server.Store));

        Assert.Equal(0, await restored.LookAsync(async db => await db.Sessions.CountAsync() + await db.Interactions.CountAsync()));
        var browser = await restored.SignedInAsync();
        await browser.OpenAsync("/account/agents");
        Assert.Contains("Connected agents", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_got_in_its_own_name_is_dead_too()
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Service(server).ForItselfAsync();
        await using var restored = await RestoredAsync(await Operator.BackUpAsync(server.Store));

        Assert.False(await Agent.MailServer(restored).SeesAsync(tokens.AccessToken));
        Assert.True((await Agent.Service(restored).ForItselfAsync()).IsGood);
        var kid = TokenAnswer.HeaderOf(tokens.AccessToken).GetProperty("kid").GetString()!;
        Assert.DoesNotContain(kid, await restored.Http().GetStringAsync("/.well-known/jwks"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_is_not_overwritten_unless_one_says_so()
    {
        await using var server = await AuthServer.StartAsync();
        var file = await Operator.BackUpAsync(server.Store);
        var target = await Template.CopyAsync();
        await using (var other = AuthServer.StartOn(target, ownsStore: false))
        {
            await other.ChangeAsync(db => Task.FromResult(db.Add(new AuditEntry { Actor = "olga", Act = "test.after", Target = "all" })));
        }
        Forget();

        var (code, _, complained) = await Operator.RunSealedAsync(target, ["restore", file]);

        Assert.Equal(2, code);
        Assert.Contains("--replace", complained, StringComparison.Ordinal);
        var said = await Operator.RestoreAsync(target, file, "--replace");
        Assert.Contains("passwords", said, StringComparison.Ordinal); // what comes back by nature is said
        await using var restored = AuthServer.StartOn(target);
        Assert.Equal("server.restore", (await restored.LookAsync(db => db.AuditEntries.SingleAsync())).Act);
    }

    [Fact]
    public async Task A_running_server_is_not_restored_under()
    {
        await using var server = await AuthServer.StartAsync();
        var file = await Operator.BackUpAsync(server.Store);

        var (code, _, complained) = await Operator.RunSealedAsync(server.Store, ["restore", file, "--replace"]);

        Assert.Contains("Stop", complained, StringComparison.Ordinal);
        Assert.Equal(2, code);
        Assert.True((await Agent.Service(server).ForItselfAsync()).IsGood);
    }

    /// <summary>Made by the first version that could; each later one must still read it and bring it to its own tables.</summary>
    [Fact]
    public async Task A_backup_of_the_first_version_is_brought_to_this_one()
    {
        var store = await Template.EmptyAsync();
        var file = Path.Combine(House.Repository.Root, "tests", "AgentAuth.Server.Tests", "Commands", "first-version.backup");

        var said = await Operator.RestoreAsync(store, file);

        Assert.Matches(@"Clients +6\s", said);
        await using var restored = AuthServer.StartOn(store);
        var alice = await restored.SignedInAsync();
        await alice.OpenAsync("/account/agents");
        Assert.Contains("Connected agents", alice.Text, StringComparison.Ordinal);
        Assert.Equal(4, await restored.LookAsync(db => db.Users.CountAsync()));
        Assert.Equal(5, await restored.LookAsync(db => db.Scopes.CountAsync()));
    }

    private static void Forget()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Npgsql.NpgsqlConnection.ClearAllPools();
    }

    private static async Task<AuthServer> RestoredAsync(string file)
    {
        var store = await Template.EmptyAsync();
        await Operator.RestoreAsync(store, file);
        return AuthServer.StartOn(store);
    }

    /// <summary>A client like the demo's web agent, which alice has allowed, and its tokens.</summary>
    private static async Task<TokenAnswer> OfAnotherClientAsync(AuthServer server, Browser alice, int i)
    {
        await using (var scope = server.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
            var like = await db.Clients.SingleAsync(c => c.ClientId == "demo-web");
            var client = new Client
            {
                Id = Guid.CreateVersion7(),
                ClientId = $"demo-web-like-{i}",
                ClientSecret = like.ClientSecret,
                ClientType = like.ClientType,
                ConsentType = like.ConsentType,
                ApplicationType = like.ApplicationType,
                Permissions = like.Permissions,
                RedirectUris = like.RedirectUris,
                DisplayName = $"Agent {i}",
                Trust = like.Trust,
                CreatedAt = like.CreatedAt,
            };
            var grant = Grant.Of(
                await db.Users.SingleAsync(u => u.Email == People.Alice), client,
                await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail), new Uri(Agent.WebCallback).Authority, server.Clock);
            string[] scopes = ["openid", "offline_access", "mail.read", "mail.send"];
            grant.Allow(scopes, scopes, new(server.Clock.GetUtcNow() + TimeSpan.FromDays(90)), server.Clock);
            db.AddRange(client, grant);
            await db.SaveChangesAsync();
        }
        var tokens = await Other(server, i).TokensFromAsync(alice);
        Assert.True(tokens.IsGood, tokens.Body);
        return tokens;
    }

    private static Agent Other(AuthServer server, int i) => new(server.Http(), $"demo-web-like-{i}", "demo-web-secret", Agent.WebCallback)
    {
        Verifier = Agent.Challenge($"verifier {i}"),
    };

    private static void AssertRefused(TokenAnswer answer) => Assert.Equal("invalid_grant", answer.Error);

    private static async Task<List<T>> EachAsync<T>(Func<int, Task<T>> act)
    {
        var all = new List<T>();
        for (var i = 0; i < Many; i++)
        {
            all.Add(await act(i));
        }
        return all;
    }

    private static async Task EachAsync(Func<int, Task> act)
    {
        for (var i = 0; i < Many; i++)
        {
            await act(i);
        }
    }

    /// <summary>All of a table, as text that can be compared.</summary>
    private static Task<List<string>> RowsAsync<T>(AuthServer server)
        where T : class => server.LookAsync(async db =>
    {
        var properties = db.Model.FindEntityType(typeof(T))!.GetProperties().Where(p => p.PropertyInfo is not null).ToList();
        var rows = await db.Set<T>().AsNoTracking().ToListAsync();
        return rows.Select(row => string.Join('|', properties.Select(p => $"{p.PropertyInfo!.GetValue(row)}")))
            .Order(StringComparer.Ordinal).ToList();
    });
}
