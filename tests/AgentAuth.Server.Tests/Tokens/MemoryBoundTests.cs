using AgentAuth.Server.Model;
using AgentAuth.Server.Model.Migrations;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.ShortPath;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>What is kept in memory for others' sake, and until when. Bounds that hold by themselves are beside what they bound.</summary>
public sealed class MemoryBoundTests
{
    [Fact]
    public async Task Tokens_that_expired_are_forgotten_as_others_come()
    {
        await using var server = await AuthServer.StartAsync();
        var remembered = server.Services.GetRequiredService<Introspection>();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await IsActiveAsync(server);
        }
        Assert.Equal(3, remembered.Remembered);

        server.Clock.Advance(TimeSpan.FromMinutes(20));
        await IsActiveAsync(server);

        Assert.Equal(1, remembered.Remembered);
    }

    [Fact]
    public async Task A_resource_server_that_does_not_listen_costs_no_more_than_its_share_and_is_cut_off()
    {
        await using var server = await AuthServer.StartAsync();
        await using var mail = await EventStream.OpenAsync(server);
        await mail.NextAsync("snapshot");
        var now = server.Clock.GetUtcNow();

        server.Services.GetRequiredService<RevocationFeed>().Tell(Enumerable.Range(0, 3 * RevocationFeed.MaxBehind).Select(i =>
            new Revocation { Kind = RevocationKind.Grant, Value = $"grant-{i}", At = now, ForgetAt = now.AddMinutes(6) }));

        await Assert.ThrowsAsync<InvalidOperationException>(() => mail.NextAsync("never"));
        await using var again = await EventStream.OpenAsync(server);
        await again.NextAsync("snapshot");
    }

    [Fact]
    public async Task Nothing_looks_through_all_types_of_the_program()
    {
        await using var server = await AuthServer.StartAsync();
        var parts = server.Services.GetRequiredService<ApplicationPartManager>();

        Assert.DoesNotContain(parts.FeatureProviders, f => f is IApplicationFeatureProvider<ControllerFeature>);
    }

    [Fact]
    public async Task The_migrations_that_a_start_knows_are_those_there_are()
    {
        await using var server = await AuthServer.StartAsync();
        await using var scope = server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await using var postgres = new PostgresDb(new DbContextOptionsBuilder<PostgresDb>().UseNpgsql("Host=unused").Options);

        Assert.Equal(db.Database.GetMigrations(), KnownMigrations.Of(db));
        Assert.Equal(postgres.Database.GetMigrations(), KnownMigrations.Of(postgres));
    }

    private static async Task IsActiveAsync(AuthServer server)
    {
        var token = await Agent.Service(server).ForItselfAsync();
        var seen = await Agent.MailServer(server).IntrospectAsync(token.AccessToken);
        Assert.True(seen.GetProperty("active").GetBoolean());
    }
}
