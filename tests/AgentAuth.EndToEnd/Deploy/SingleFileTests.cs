using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Deploy;

/// <summary>The product as one file that needs nothing installed.</summary>
public sealed class SingleFileTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    [Trait("Run", "WhenAsked")]
    public async Task One_file_starts_shows_its_pages_and_signs()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync(folder.Path);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), f => f.EndsWith(".dll", StringComparison.Ordinal));

        var url = $"http://localhost:{Machine.FreePort()}";
        using var data = new TemporaryFolder();
        await using var server = ChildProcess.Start(
            Path.Combine(folder.Path, "agentauth"),
            [$"--AgentAuth:Issuer={url}", $"--urls={url}", $"--AgentAuth:DataPath={data.Path}"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ROOT"] = "/nowhere" });
        await Poll.UntilAsync(() => Web.AnswersAsync($"{url}/health/ready"), Patience, () => server.LastWords);

        var browser = new FormBrowser(url);
        await browser.OpenAsync("/sign-in");
        Assert.Equal(200, browser.Status);
        Assert.NotNull(browser.Button("Sign in"));
        var style = browser.Page.QuerySelector("link[rel=stylesheet]")!.GetAttribute("href");
        Assert.True(await Web.AnswersAsync(url + style));
        var keys = await Web.Client.GetStringAsync($"{url}/.well-known/jwks", TestContext.Current.CancellationToken);
        Assert.Contains("\"ES256\"", keys, StringComparison.Ordinal);
        var help = await ChildProcess.RunAsync(Path.Combine(folder.Path, "agentauth"), "help");
        Assert.Contains("keys rotate", help, StringComparison.Ordinal);
    }

    private static async Task PublishAsync(string to)
    {
        await using var publish = ChildProcess.Start("dotnet",
        [
            "publish", Repository.File("src", "AgentAuth.Server"), "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", to,
            "-p:PublishSingleFile=true", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "-nodeReuse:false", "--nologo",
        ]);
        var code = await publish.WaitAsync(Patience);
        Assert.True(code == 0, $"dotnet publish ended with {code}:\n{publish.LastWords}");
    }
}
