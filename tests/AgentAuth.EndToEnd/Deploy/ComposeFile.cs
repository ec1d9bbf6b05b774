using AgentAuth.EndToEnd.Support;
using YamlDotNet.Serialization;

namespace AgentAuth.EndToEnd.Deploy;

/// <summary>docker-compose.yml as docker-compose itself understands it: checked, anchors and variables put in.</summary>
internal sealed class ComposeFile
{
    private readonly Dictionary<string, object?> _root;

    private ComposeFile(Dictionary<string, object?> root) => _root = root;

    public IReadOnlyCollection<string> Services => Map(_root["services"]).Keys;

    public static async Task<ComposeFile> ReadAsync(string issuer, params string[] options)
    {
        if (Machine.FindOnPath("docker-compose") is not { } program)
        {
            Machine.Lacks("docker-compose", "install Debian's docker-compose");
            return new([]);
        }
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["AGENTAUTH_ISSUER"] = issuer };
        await using var config = ChildProcess.Start(program, ["-f", Repository.File("docker-compose.yml"), .. options, "config"], settings);
        var code = await config.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(code == 0, $"docker-compose config ended with {code}:\n{config.LastWords}");
        return new(new DeserializerBuilder().Build().Deserialize<Dictionary<string, object?>>(config.Output));
    }

    public ComposeService Service(string name) => new(name, Map(Map(_root["services"])[name]));

    public Dictionary<string, object?> Section(string name) => Map(_root[name]);

    internal static Dictionary<string, object?> Map(object? node) => node is IDictionary<object, object?> pairs
        ? pairs.ToDictionary(p => p.Key.ToString()!, p => p.Value, StringComparer.Ordinal)
        : (Dictionary<string, object?>)node!;
}

/// <summary>One service of it: what would run in its container.</summary>
internal sealed class ComposeService(string name, Dictionary<string, object?> node)
{
    public string Name => name;

    public bool Has(string key) => node.ContainsKey(key);

    public string Text(string key) => node[key]!.ToString()!;

    public string[] List(string key) => [.. ((IEnumerable<object>)node[key]!).Select(e => e.ToString()!)];

    public Dictionary<string, object?> Map(string key) => ComposeFile.Map(node[key]);

    public Dictionary<string, string> Environment => Map("environment").ToDictionary(p => p.Key, p => $"{p.Value}", StringComparer.Ordinal);

    public IEnumerable<string> Secrets => ((IEnumerable<object>)node["secrets"]!).Select(s => $"{ComposeFile.Map(s)["source"]}");

    /// <summary>The command that says whether it is well, without the word that says it is run as it is.</summary>
    public string[] HealthCheck =>
        [.. ((IEnumerable<object>)Map("healthcheck")["test"]!).Select(e => e.ToString()!).SkipWhile(e => e == "CMD")];
}
