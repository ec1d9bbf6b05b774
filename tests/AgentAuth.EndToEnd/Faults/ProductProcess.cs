using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>AgentAuth.Server alone, on a port of its own.</summary>
internal sealed class ProductProcess : IAsyncDisposable
{
    private const string Issuer = "http://localhost:5100";

    private readonly ChildProcess _process;

    private ProductProcess(ChildProcess process) => _process = process;

    public string Url { get; private init; } = string.Empty;

    public string Output => _process.Output;

    public int ProcessId => _process.Id;

    public static string[] OnSqlite(string folder) => [$"--AgentAuth:Issuer={Issuer}", $"--AgentAuth:DataPath={folder}"];

    public static string[] OnPostgres(string connection) =>
        [$"--AgentAuth:Issuer={Issuer}", "--AgentAuth:Database:Provider=Postgres", $"--ConnectionStrings:AgentAuth={connection}"];

    public static ProductProcess Start(IEnumerable<string> arguments, int? port = null)
    {
        var url = $"http://127.0.0.1:{port ?? Machine.FreePort()}";
        var around = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = string.Empty,
        };
        string[] command = [Repository.Built("src", "AgentAuth.Server", "AgentAuth.Server.dll"), $"--urls={url}", .. arguments];
        return new ProductProcess(ChildProcess.Start("dotnet", command, around)) { Url = url };
    }

    public void Kill() => _process.Kill();

    public Task<int> EndsAsync(TimeSpan atMost) => _process.WaitAsync(atMost);

    public Task<string> KeysAsync() => Web.Client.GetStringAsync($"{Url}/.well-known/jwks", TestContext.Current.CancellationToken);

    public Task IsReadyAsync(TimeSpan atMost) => Poll.UntilAsync(
        async () =>
        {
            if (_process.HasExited)
            {
                Assert.Fail($"The server ended at once. It said:\n{_process.LastWords}");
            }

            return await Web.AnswersAsync($"{Url}/health/ready");
        },
        atMost,
        () => $"The server was not ready. It said:\n{_process.LastWords}");

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
