using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace AgentAuth.Server.Tokens.Keys;

/// <summary>
/// The keys in force, from the database: the newest that has been published long enough signs, all that have not gone are published.
/// A change (rotation by command, the hour a new key takes over) reaches OpenIddict as new options, without a restart.
/// </summary>
internal sealed partial class KeyRing(IServiceScopeFactory scopes, KeyMint mint, TimeProvider clock, ILogger<KeyRing> logger)
    : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>, IDisposable
{
    private readonly ConcurrentDictionary<Guid, SecurityKey> _open = new(); // read by requests while a look adds to it
    private readonly SemaphoreSlim _heard = new(0);
    private readonly SemaphoreSlim _looking = new(1);
    private volatile List<SigningKey> _keys = [];
    private CancellationTokenSource _changed = new();
    private string _shape = "";

    string? IOptionsChangeTokenSource<OpenIddictServerOptions>.Name => Options.DefaultName;

    /// <summary>What signs codes and refresh tokens, the one in use first; never published.</summary>
    public IReadOnlyList<SymmetricSecurityKey> OwnKeys { get; private set; } = [];

    /// <summary>The keys in force for what resource servers verify, by <c>kid</c>.</summary>
    public IEnumerable<string> PublishedKeyIds => _keys.Where(k => k.Use == KeyUse.Signing).Select(k => k.Id.ToString("N"));

    /// <summary>
    /// Those keys as the short path uses them, the one that signs first; empty when there is one it does not know how to use.
    /// </summary>
    public IReadOnlyList<Es256Key> ShortPathKeys { get; private set; } = [];

    /// <summary>Another number when the keys are others.</summary>
    public int Version { get; private set; }

    public bool IsReady => _keys.Count > 0;

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);

    /// <summary>Makes the first keys when there are none. Fails closed: a key that cannot be opened stops the start.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, stop);
        if (!await db.SigningKeys.AnyAsync(k => k.Use != KeyUse.Receipt, stop))
        {
            db.AddRange(mint.NewSigningKey(TimeSpan.Zero), mint.NewEncryptionKey());
            FirstKeysMade(logger);
        }
        if (!await db.SigningKeys.AnyAsync(k => k.Use == KeyUse.Receipt && k.GoneAt == null, stop))
        {
            db.Add(mint.NewReceiptKey());
        }
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        await LookAsync(stop);
    }

    /// <summary>There is a key of this identifier: whoever waits for news looks, unless it is known here.</summary>
    public void HeardOf(Guid id)
    {
        if (!_open.ContainsKey(id) && _heard.CurrentCount == 0)
        {
            _heard.Release();
        }
    }

    /// <summary>Ends when a key was heard of that is not known here, and after a while in any case.</summary>
    public Task NewsAsync(TimeSpan atMost, CancellationToken stop) => _heard.WaitAsync(atMost, stop);

    /// <summary>
    /// Reads the keys again; wakes OpenIddict when the set or the signing one is another. One that cannot be opened is left out while
    /// another can sign, so that what has gone goes, and complained of then.
    /// </summary>
    /// <exception cref="FormatException">A key cannot be opened.</exception>
    public async Task LookAsync(CancellationToken stop)
    {
        await _looking.WaitAsync(stop);
        try
        {
            var now = clock.GetUtcNow();
            var keys = await InForceAsync(now, stop);
            var unopened = OpenNew(keys);
            // The one in use first (it signs), then the ones it replaced, then those still waiting.
            await UseAsync([.. keys.OrderBy(k => k.UsedFrom > now).ThenByDescending(k => k.UsedFrom)]);
            unopened?.Throw();
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task<List<SigningKey>> InForceAsync(DateTimeOffset now, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        return await db.SigningKeys.AsNoTracking()
            .Where(k => k.Use != KeyUse.Receipt && (k.GoneAt == null || k.GoneAt > now)).ToListAsync(stop);
    }

    /// <summary>Takes those away that cannot be opened, and says which one, unless nothing would be left to sign with.</summary>
    private ExceptionDispatchInfo? OpenNew(List<SigningKey> keys)
    {
        ExceptionDispatchInfo? unopened = null;
        foreach (var key in keys.Where(k => !_open.ContainsKey(k.Id)))
        {
            try
            {
                _open[key.Id] = Open(key);
            }
            catch (FormatException failure)
            {
                unopened = ExceptionDispatchInfo.Capture(failure);
            }
        }
        keys.RemoveAll(k => !_open.ContainsKey(k.Id));
        if (unopened is not null && (_keys.Count == 0 || !keys.Exists(k => k.Use == KeyUse.Signing)))
        {
            unopened.Throw();
        }
        return unopened;
    }

    private Task UseAsync(List<SigningKey> ordered)
    {
        var shape = string.Join(' ', ordered.Select(k => k.Id));
        if (shape == _shape)
        {
            return Task.CompletedTask;
        }
        if (SignerOf(_keys) is { } before && before != SignerOf(ordered))
        {
            Telemetry.KeyTookOver();
        }
        _keys = ordered;
        OwnKeys = [.. ordered.Where(k => k.Use == KeyUse.Encryption).Select(k => KeyMint.SigningFor((SymmetricSecurityKey)_open[k.Id]))];
        ShortPathKeys = EveryOne([.. ordered.Where(k => k.Use == KeyUse.Signing).Select(k => Es256Key.Of(_open[k.Id]))]);
        Version++;
        _shape = shape;
        var told = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        return told.CancelAsync(); // not disposed of: somebody may be about to ask it for its token
    }

    public void Configure(OpenIddictServerOptions options)
    {
        foreach (var key in _keys)
        {
            if (key.Use == KeyUse.Signing)
            {
                options.SigningCredentials.Add(new SigningCredentials(_open[key.Id], key.Algorithm));
            }
            else
            {
                options.EncryptionCredentials.Add(
                    new EncryptingCredentials(_open[key.Id], key.Algorithm, SecurityAlgorithms.Aes256CbcHmacSha512));
            }
        }
    }

    public void Dispose()
    {
        _changed.Dispose();
        _heard.Dispose();
        _looking.Dispose();
    }

    private static List<Es256Key> EveryOne(List<Es256Key?> keys) => keys.Contains(null) ? [] : [.. keys.Select(k => k!)];

    private static Guid? SignerOf(List<SigningKey> keys) => keys.Find(k => k.Use == KeyUse.Signing)?.Id;

    private SecurityKey Open(SigningKey key)
    {
        try
        {
            return mint.Open(key);
        }
        catch (CryptographicException unopened)
        {
            throw new FormatException($"Key {key.Id:N} cannot be opened: the data protection keys that sealed it are not here. "
                + "Restore the keys folder that belongs to this database beside it, and start again.", unopened);
        }
    }

    [LoggerMessage(3101, LogLevel.Information, "The first signing and encryption keys were made.")]
    private static partial void FirstKeysMade(ILogger logger);
}
