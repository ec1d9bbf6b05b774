using System.Text;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace AgentAuth.Server.Tests.House;

public sealed class SnapshotTests
{
    /// <summary>Order is policy: every step of every request, ours starred.</summary>
    [Fact]
    public async Task The_pipeline_is_the_one_that_was_reviewed()
    {
        await using var server = await AuthServer.StartAsync();
        var options = server.Services.GetRequiredService<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;

        await Snapshot.MatchAsync("pipeline.txt", Describe(options.Handlers));
    }

    [Fact]
    public async Task The_metadata_is_the_one_that_was_reviewed()
    {
        await using var server = await AuthServer.StartAsync();

        await Snapshot.MatchAsync("metadata.json", await server.Http().GetStringAsync("/.well-known/oauth-authorization-server"));
    }

    [Fact]
    public async Task The_schema_is_the_one_that_was_reviewed()
    {
        await using var sqlite = new SqliteDbFactory().CreateDbContext([]);
        await using var postgres = new PostgresDbFactory().CreateDbContext([]);

        await Snapshot.MatchAsync("schema.sqlite.sql", sqlite.Database.GenerateCreateScript());
        await Snapshot.MatchAsync("schema.postgres.sql", postgres.Database.GenerateCreateScript());
    }

    [Fact]
    public async Task The_migrations_make_the_model_there_is()
    {
        await using var sqlite = new SqliteDbFactory().CreateDbContext([]);
        await using var postgres = new PostgresDbFactory().CreateDbContext([]);

        Assert.False(sqlite.Database.HasPendingModelChanges(), "dotnet ef migrations add NAME --context SqliteDb");
        Assert.False(postgres.Database.HasPendingModelChanges(), "dotnet ef migrations add NAME --context PostgresDb");
    }

    [Fact]
    public async Task A_planted_difference_is_found() =>
        await Assert.ThrowsAnyAsync<Exception>(() => Snapshot.MatchAsync("metadata.json", "not what is in the file", mayUpdate: false));

    private static string Describe(IEnumerable<OpenIddictServerHandlerDescriptor> handlers)
    {
        var text = new StringBuilder();
        foreach (var step in handlers.GroupBy(h => NameOf(h.ContextType)).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append(step.Key).Append('\n');
            foreach (var handler in step.OrderBy(h => h.Order).ThenBy(h => NameOf(h.ServiceDescriptor.ServiceType), StringComparer.Ordinal))
            {
                var isOurs = handler.Type != OpenIddictServerHandlerType.BuiltIn;
                text.Append(isOurs ? "  * " : "    ").Append(NameOf(handler.ServiceDescriptor.ServiceType)).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string NameOf(Type type)
    {
        var name = type.DeclaringType is { } outer && !outer.Name.StartsWith("OpenIddict", StringComparison.Ordinal)
            ? $"{outer.Name}.{type.Name}"
            : type.Name;
        return type.IsGenericType ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }
}
