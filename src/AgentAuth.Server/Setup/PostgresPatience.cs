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
        ["Timeout"] = 1, // seconds to connect, to wait for a place in the pool, and to hand in that a statement is given up
        ["Command Timeout"] = 3, // seconds; with the line above and the next one every request is answered within five
        ["GSS Encryption Mode"] = "Disable", // TLS does it; asking for both would double the time to hand in
        ["Cancellation Timeout"] = 500, // milliseconds for the server to say that it gave a statement up; then the connection is dropped
        ["Maximum Pool Size"] = 40, // two nodes fit into PostgreSQL's default of 100 connections
        ["Host Recheck Seconds"] = 1, // of several hosts: how long one is remembered to be away, or not to be the primary
        ["No Reset On Close"] = true, // whoever keeps something in a session takes it back; resetting each costs as much as a statement
    };

    public static string Within(string connectionString)
    {
        var given = Parse(connectionString);
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
