using AgentAuth.Server.Setup;
using Npgsql;

namespace AgentAuth.Server.Tests.Setup;

public sealed class PostgresPatienceTests
{
    [Theory]
    [InlineData("Host=db;Username=a", 2, 2, 500, 40)]
    [InlineData("Host=db;Timeout=7;CommandTimeout=9;Maximum Pool Size=3", 7, 9, 500, 3)]
    public void What_the_operator_says_of_PostgreSQL_goes_before_ours(string given, int connect, int command, int cancel, int pool)
    {
        var within = new NpgsqlConnectionStringBuilder(PostgresPatience.Within(given));

        Assert.Equal(
            (connect, command, cancel, pool), (within.Timeout, within.CommandTimeout, within.CancellationTimeout, within.MaxPoolSize));
    }

    [Theory]
    [InlineData("Host=db", false, GssEncryptionMode.Disable)]
    [InlineData("Host=db", true, GssEncryptionMode.Prefer)]
    [InlineData("Host=db;GSS Encryption Mode=Require", false, GssEncryptionMode.Require)]
    public void A_connection_that_Kerberos_may_encrypt_stays_so(string given, bool hasKerberos, GssEncryptionMode mode) =>
        Assert.Equal(mode, new NpgsqlConnectionStringBuilder(PostgresPatience.Within(given, hasKerberos)).GssEncryptionMode);

    [Fact]
    public void A_connection_string_that_cannot_be_read_is_told_as_one() => Assert.Contains(
        "ConnectionStrings:AgentAuth", Assert.Throws<FormatException>(() => PostgresPatience.Within("Host=db;Colour=red")).Message,
        StringComparison.Ordinal);
}
