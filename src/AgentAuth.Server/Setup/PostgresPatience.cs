using Npgsql;

namespace AgentAuth.Server.Setup;

/// <summary>
/// How PostgreSQL is talked to and how long it is waited for. Npgsql's own limits (15 s to connect or for a place in the pool, 30 s for a
/// statement) would leave people and programs hanging; whatever the operator's connection string says goes before ours.
/// </summary>
internal static class PostgresPatience
{
    private static readonly Dictionary<string, object> Ours = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Timeout"] = 2, // seconds to connect, to wait for a place in the pool, and to hand in that a statement is given up
        ["Command Timeout"] = 2, // seconds; with the line above, who meets a frozen database first of all is answered within five
        ["Cancellation Timeout"] = 500, // milliseconds for the server to say that it gave a statement up; then the connection is dropped
        ["Maximum Pool Size"] = 40, // two nodes fit into PostgreSQL's default of 100 connections
        ["Host Recheck Seconds"] = 60, // of several hosts: until one that was away is tried again, where the primary is known
        ["No Reset On Close"] = true, // whoever keeps something in a session takes it back; resetting each costs as much as a statement
    };

    /// <summary>
    /// Npgsql's own choice is to try it where it has a ticket, and that doubles the time to hand in. Where the surroundings speak of
    /// tickets it stays so: the other choice could be no encryption at all.
    /// </summary>
    private const string GssEncryption = "GSS Encryption Mode";

    private static readonly string[] SignsOfKerberos = ["PGGSSENCMODE", "KRB5CCNAME", "KRB5_CLIENT_KTNAME"];

    public static string Within(string connectionString) =>
        Within(connectionString, Array.Exists(SignsOfKerberos, s => Environment.GetEnvironmentVariable(s) is { Length: > 0 }));

    internal static string Within(string connectionString, bool hasKerberos)
    {
        var given = Parse(connectionString);
        if (!hasKerberos && !given.ShouldSerialize(GssEncryption))
        {
            given.GssEncryptionMode = GssEncryptionMode.Disable;
        }
        foreach (var (name, value) in Ours.Where(ours => !given.ShouldSerialize(ours.Key)))
        {
            given[name] = value;
        }
        return given.ConnectionString;
    }

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new(connectionString);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            throw new FormatException($"ConnectionStrings:AgentAuth cannot be read: {wrong.Message}", wrong);
        }
    }
}
