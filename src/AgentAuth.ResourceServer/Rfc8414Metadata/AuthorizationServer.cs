using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AgentAuth.ResourceServer.Rfc8414Metadata;

/// <summary>
/// One issuer's metadata and keys, kept in memory. They are read again after five minutes, when the event stream names a key we do not
/// know, and when a token does; for tokens never more often than every three seconds, so that invented key ids cannot be turned into
/// traffic. What was good stays when a reading fails.
/// </summary>
internal sealed partial class AuthorizationServer(
    string issuer,
    IHttpClientFactory http,
    TimeProvider clock,
    ILogger<AuthorizationServer> logger)
{
    public const string HttpClientName = "AgentAuth.ResourceServer";

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PauseBeforeFirst = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly string _issuer = issuer;
    private ServerDocuments? _documents;
    private readonly HashSet<string> _withdrawn = new(StringComparer.Ordinal);
    private long _readAt;
    private long? _triedAt;
    private Task<bool> _reading = Task.FromResult(false);

    /// <summary>The documents, with this key among them if the server has it; null while the server was never reached.</summary>
    public async ValueTask<ServerDocuments?> KnowingKeyAsync(string keyId, CancellationToken cancellationToken)
    {
        var documents = await CurrentAsync(cancellationToken);
        if (documents is null || documents.Keys.ContainsKey(keyId))
        {
            return documents;
        }

        await ReadAgain().WaitAsync(cancellationToken);
        return _documents;
    }

    /// <summary>The documents; null while the server was never reached.</summary>
    public async ValueTask<ServerDocuments?> CurrentAsync(CancellationToken cancellationToken)
    {
        var documents = Volatile.Read(ref _documents);
        var age = clock.GetElapsedTime(Interlocked.Read(ref _readAt));
        if (documents is not null && age < Fresh)
        {
            return documents;
        }

        // Between fresh and stale nobody waits: the next request finds what this one has ordered.
        var reading = ReadAgain();
        if (documents is null || age >= Stale)
        {
            await reading.WaitAsync(cancellationToken);
        }

        return Volatile.Read(ref _documents);
    }

    /// <summary>
    /// The server says which keys it stands by. What any other key signed is refused from now on, not when the documents grow old: a key
    /// may have been withdrawn because it leaked.
    /// </summary>
    public void StandsBy(IReadOnlyCollection<string> keyIds)
    {
        lock (_gate)
        {
            _withdrawn.UnionWith(_documents?.Keys.Keys ?? []);
            _withdrawn.ExceptWith(keyIds);
            _documents = _documents?.Without(_withdrawn);
            if (_documents is { } known && !keyIds.All(known.Keys.ContainsKey))
            {
                _triedAt = null; // the server itself says that there is something new: no need to wait for a token that asks
                _ = ReadAgain();
            }
        }
    }

    private Task<bool> ReadAgain()
    {
        lock (_gate)
        {
            var pause = _documents is null ? PauseBeforeFirst : Pause;
            if (_reading.IsCompleted && (_triedAt is not { } tried || clock.GetElapsedTime(tried) >= pause))
            {
                _triedAt = clock.GetTimestamp();
                _reading = Task.Run(ReadAsync);
            }

            return _reading;
        }
    }

    private async Task<bool> ReadAsync()
    {
        using var limit = new CancellationTokenSource(LongestRead);
        try
        {
            using var client = http.CreateClient(HttpClientName);
            if (await new ServerDocumentsFetch(_issuer, client).RunAsync(limit.Token) is not { } documents)
            {
                NoMetadata(logger, _issuer);
                return false;
            }

            lock (_gate)
            {
                _documents = documents.Without(_withdrawn);
            }

            Interlocked.Exchange(ref _readAt, clock.GetTimestamp());
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or OperationCanceledException
            or IOException or ArgumentException)
        {
            Unreachable(logger, _issuer, exception.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Issuer {Issuer} has no metadata that names it")]
    private static partial void NoMetadata(ILogger logger, string issuer);

    [LoggerMessage(2, LogLevel.Warning, "Issuer {Issuer} cannot be read ({Reason}); known keys stay in use")]
    private static partial void Unreachable(ILogger logger, string issuer, string reason);
}
