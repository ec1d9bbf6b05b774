using AgentAuth.Server.Setup;
using Microsoft.Extensions.Configuration;

namespace AgentAuth.Server.Tests.Setup;

/// <summary>What an operator writes, and what the server makes of it.</summary>
public sealed class ServerSettingsTests
{
    [Fact]
    public void A_password_may_lie_in_a_file_of_its_own()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "se;cret=\n");

            var settings = Read(file);

            var parts = new Npgsql.NpgsqlConnectionStringBuilder(settings.ConnectionString);
            Assert.Equal(("db", "se;cret="), (parts.Host, parts.Password));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_stops_the_start_with_the_setting_s_name()
    {
        var refused = Assert.Throws<FormatException>(() => Read("/nowhere/password"));

        Assert.Contains("AgentAuth:Database:PasswordFile", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Oracle")]
    [InlineData("2")]
    public void A_database_that_is_not_known_stops_the_start_with_those_that_are(string provider)
    {
        var refused = Assert.Throws<FormatException>(() => Read("", provider));

        Assert.Contains("--AgentAuth:Database:Provider=Postgres", refused.Message, StringComparison.Ordinal);
    }

    private static ServerSettings Read(string file, string provider = "Postgres") => ServerSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AgentAuth:Database:Provider"] = provider,
            ["ConnectionStrings:AgentAuth"] = "Host=db;Database=agentauth;Username=agentauth",
            ["AgentAuth:Database:PasswordFile"] = file,
        })
        .Build());
}
