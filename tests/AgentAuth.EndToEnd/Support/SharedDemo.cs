namespace AgentAuth.EndToEnd.Support;

/// <summary>One demo on SQLite for all tests that leave it standing; started by the first that asks.</summary>
public sealed class SharedDemo : IAsyncDisposable
{
    private DemoProcess? _demo;

    public async Task<DemoProcess> StartedAsync() => _demo ??= await DemoProcess.OnSqliteAsync(ClientMaker.Trusting);

    public async ValueTask DisposeAsync()
    {
        if (_demo is not null)
        {
            await _demo.DisposeAsync();
        }
    }
}
