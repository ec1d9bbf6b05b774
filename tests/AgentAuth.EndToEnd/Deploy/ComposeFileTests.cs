using System.Xml.Linq;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Deploy;

/// <summary>What must hold of docker-compose.yml, whatever else is put into it.</summary>
public sealed class ComposeFileTests
{
    private static readonly string[] Nodes = ["node-a", "node-b"];

    [Fact]
    public async Task Everything_is_watched_and_started_again()
    {
        var file = await ReadAsync();

        var services = file.Services.Select(file.Service).Where(s => !s.Has("profiles")).ToList(); // the others start when asked for
        Assert.Equal(["database", "node-a", "node-b", "proxy"], services.Select(s => s.Name).Order(StringComparer.Ordinal));
        foreach (var service in services)
        {
            Assert.NotEmpty(service.HealthCheck);
            Assert.Equal("unless-stopped", service.Text("restart"));
        }
    }

    [Fact]
    public async Task A_command_is_run_by_what_the_nodes_are_and_by_nothing_that_stays()
    {
        var file = await ComposeFile.ReadAsync("https://id.example.com", "--profile", "tool");
        var (tool, node) = (file.Service("tool"), file.Service("node-a"));

        Assert.Equal(node.Text("image"), tool.Text("image"));
        Assert.Equal(node.List("entrypoint"), tool.List("entrypoint"));
        Assert.Equal(node.Environment, tool.Environment);
        Assert.Equal("no", tool.Text("restart"));
        Assert.All(tool.Map("networks").Values, Assert.Null); // an address of its own would be taken
        Assert.False(tool.Has("ports"));
    }

    [Fact]
    public async Task Only_the_proxy_is_reached_from_outside_and_only_the_nodes_reach_the_database()
    {
        var file = await ReadAsync();

        Assert.Equal("proxy", Assert.Single(file.Services, s => file.Service(s).Has("ports")));
        Assert.Equal("true", $"{ComposeFile.Map(file.Section("networks")["back"])["internal"]}", ignoreCase: true);
        Assert.Equal(["back"], file.Service("database").Map("networks").Keys);
        Assert.Equal(["front"], file.Service("proxy").Map("networks").Keys);
    }

    [Fact]
    public async Task Secrets_are_files_and_in_no_environment()
    {
        var file = await ReadAsync();

        foreach (var secret in file.Section("secrets").Values)
        {
            Assert.True(ComposeFile.Map(secret).ContainsKey("file"));
        }
        foreach (var (name, value) in file.Services.Select(file.Service).Where(s => s.Has("environment")).SelectMany(s => s.Environment))
        {
            Assert.True(!name.Contains("PASSWORD", StringComparison.Ordinal) || name.EndsWith("_FILE", StringComparison.Ordinal), name);
            Assert.DoesNotContain("password=", value, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_node_waits_for_the_database_and_the_proxy_for_the_nodes_and_nodes_believe_the_proxy_alone()
    {
        var file = await ReadAsync();

        Assert.Equal("service_healthy", Condition(file.Service("proxy"), "node-a"));
        Assert.Equal("service_healthy", Condition(file.Service("proxy"), "node-b"));
        foreach (var node in Nodes.Select(file.Service))
        {
            Assert.Equal("service_healthy", Condition(node, "database"));
            var proxy = ComposeFile.Map(file.Service("proxy").Map("networks")["front"])["ipv4_address"];
            Assert.Equal(proxy, node.Environment["AgentAuth__Proxies"]);
        }
    }

    [Fact]
    public async Task The_nodes_image_is_the_one_that_publishing_makes()
    {
        var file = await ReadAsync();
        var project = XDocument.Load(Repository.File("src", "AgentAuth.Server", "AgentAuth.Server.csproj"));

        Assert.Equal($"{project.Descendants("ContainerRepository").Single().Value}:latest", file.Service("node-a").Text("image"));
        Assert.Equal("app", project.Descendants("ContainerUser").Single().Value); // not root
        Assert.Equal("8080", project.Descendants("ContainerPort").Single().Attribute("Include")!.Value);
        Assert.EndsWith(":8080", file.Service("node-a").Environment["ASPNETCORE_URLS"], StringComparison.Ordinal);
    }

    private static Task<ComposeFile> ReadAsync() => ComposeFile.ReadAsync("https://id.example.com");

    private static string Condition(ComposeService service, string on) => $"{ComposeFile.Map(service.Map("depends_on")[on])["condition"]}";
}
