using System.Reflection;
using System.Text.RegularExpressions;
using AgentAuth.Benchmarks.Contestants;

namespace AgentAuth.Benchmarks.Statements;

/// <summary>This server in a process that writes down what it asks of its database: SQLite itself does, or PostgreSQL's log.</summary>
internal sealed partial class TracedServer(string name, Engine engine, Place place)
    : AgentAuthServer(name, engine, place, typeof(TracedServer).Assembly.Location)
{
    private const int TimeoutMilliseconds = 1_000;

    private string TraceFile => Path.Combine(Folder, "statements");

    protected override IReadOnlyList<string> Command => [base.Command[0], base.Command[1], "traced", TraceFile, .. base.Command.Skip(2)];

    protected override string PostgresOptions => ";Options=-c log_statement=all";

    /// <summary>The process's other life: the demo's own entry point, with the trace on.</summary>
    public static int Serve(string[] args)
    {
        SqliteTrace.Start(args[0]);
        var entry = Assembly.Load("AgentAuth.Demo").EntryPoint!;
        return entry.Invoke(obj: null, [args[1..]]) is int code ? code : 0;
    }

    /// <summary>Everything asked so far, in order.</summary>
    public IReadOnlyList<string> Statements() => Engine == Engine.Postgres ? FromLog() : Lines(TraceFile);

    private List<string> FromLog()
    {
        var statements = new List<string>();
        var isStatement = false;
        foreach (var line in Lines(Place.Postgres.Log))
        {
            if (line.StartsWith('\t') && isStatement)
            {
                statements[^1] += " " + line.Trim();
                continue;
            }
            var told = Told().Match(line);
            isStatement = told.Success;
            if (isStatement)
            {
                statements.Add(told.Groups["sql"].Value);
            }
        }
        return statements;
    }

    private static List<string> Lines(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    [GeneratedRegex(@"LOG:\s+(?:statement|execute [^:]*): (?<sql>.*)$", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Told();
}
