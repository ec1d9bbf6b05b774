namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

/// <summary>Who wants what is being fetched already waits for that, and nothing of it stays behind.</summary>
internal sealed class OnceAtATime<T>
{
    private readonly Dictionary<string, Task<T>> _running = new(StringComparer.Ordinal);
    private readonly Lock _turn = new();

    public Task<T> RunAsync(string key, Func<Task<T>> work)
    {
        lock (_turn)
        {
            if (!_running.TryGetValue(key, out var running))
            {
                running = Task.Run(() => DoAsync(key, work));
                _running[key] = running;
            }
            return running;
        }
    }

    private async Task<T> DoAsync(string key, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        finally
        {
            lock (_turn)
            {
                _running.Remove(key);
            }
        }
    }
}
