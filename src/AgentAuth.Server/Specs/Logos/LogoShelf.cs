using System.Threading.Channels;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Specs.Logos;

/// <summary>
/// Pictures of clients whose domain is proved, each fetched once by this server and drawn anew; no browser ever asks another host. Nobody
/// waits for one: until it is there, and when it cannot be had, a letter stands in its place.
/// </summary>
internal sealed partial class LogoShelf(
    IServiceScopeFactory scopes, GuardedWeb web, FetchLimits limits, Issuer issuer, TimeProvider clock, ILogger<LogoShelf> logger)
{
    /// <summary>What is fetched; more than any sensible logo, and little to hold.</summary>
    public const int MaxFetched = 512 * 1024;

    /// <summary>One that could not be had is asked for again after this.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromDays(1);

    private const int MostWaiting = 100;

    /// <summary>Those whose host must not be asked now: that is no failure of theirs, and they are looked at again after this.</summary>
    private readonly FailureBook _putOff = new(clock, FetchLimits.Pause);

    private readonly Channel<Guid> _wanted = Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Where it is to be fetched from; null when nobody proved enough to be shown with a picture.</summary>
    public static string? SourceOf(Client client) =>
        client.Trust is Trust.DomainProved or Trust.VerifiedPublisher ? ClientMetadata.Of(client.Metadata)?.LogoUri : null;

    /// <summary>Asks for it to be fetched by and by; false when it cannot be now.</summary>
    public bool Want(Guid clientId) => _putOff.Of(Key(clientId)).Times == 0 && _wanted.Writer.TryWrite(clientId);

    /// <summary>Fetches what was asked for, until there is no more to come.</summary>
    public async Task WorkAsync(CancellationToken stop)
    {
        await foreach (var clientId in _wanted.Reader.ReadAllAsync(stop))
        {
            try
            {
                await FetchAsync(clientId, stop);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                NotKept(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>Says whether there is a picture now.</summary>
    public async Task<bool> FetchAsync(Guid clientId, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var client = await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == clientId, stop);
        if (client is null || client.BlockedAt is not null || SourceOf(client) is not { } source)
        {
            return false;
        }
        var known = await db.Logos.AsNoTracking().FirstOrDefaultAsync(l => l.ApplicationId == clientId, stop);
        if (known is not null && !IsDue(known.Source, known.ReadAt, known.Png is not null, source, clock.GetUtcNow()))
        {
            return known.Png is not null;
        }
        if (!MayBeAsked(source, out var address))
        {
            _putOff.Count(Key(clientId));
            return false;
        }
        var (png, problem) = await ReadAsync(address, stop);
        if (problem is not null)
        {
            NotDrawn(logger, client.ClientId!, problem);
        }
        await KeepAsync(db, new()
        {
            ApplicationId = clientId,
            Source = source,
            ReadAt = clock.GetUtcNow(),
            Png = png,
            Problem = problem is { Length: > Logo.MaxProblemLength } ? problem[..Logo.MaxProblemLength] : problem,
        }, stop);
        return png is not null;
    }

    /// <summary>Whether what is known is of another picture, or of a failure long ago.</summary>
    public static bool IsDue(string known, DateTimeOffset readAt, bool isThere, string source, DateTimeOffset now) =>
        known != source || (!isThere && readAt + Retry <= now);

    /// <summary>False when its host was asked too often, or rests; without an address when it has none that is ever asked.</summary>
    private bool MayBeAsked(string source, out Uri? address)
    {
        address = source.Length > Logo.MaxSourceLength || WebAddress.Problem(source, issuer) is { } ? null : new(source);
        return address is null || limits.TryTakeUnhurried(address);
    }

    private async Task<(byte[]? Png, string? Problem)> ReadAsync(Uri? address, CancellationToken stop)
    {
        if (address is null)
        {
            return (null, "The logo_uri is not an address this server asks.");
        }
        var answer = await web.GetAsync(address, Wanted.Picture, MaxFetched, tag: null, stop);
        limits.Heed(address, answer);
        return answer.Body is { } body ? LogoDrawing.Draw(body) : (null, answer.Failure);
    }

    private static string Key(Guid clientId) => clientId.ToString("N");

    private static async Task KeepAsync(AgentAuthDb db, Logo logo, CancellationToken stop)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        await db.Logos.Where(l => l.ApplicationId == logo.ApplicationId).ExecuteDeleteAsync(stop);
        db.Add(logo);
        try
        {
            await db.SaveChangesAsync(stop);
            await transaction.CommitAsync(stop);
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            // Another node fetched it at the same moment.
        }
    }

    [LoggerMessage(2110, LogLevel.Information, "The logo of client {ClientId} is not shown: {Problem}")]
    private static partial void NotDrawn(ILogger logger, string clientId, string problem);

    [LoggerMessage(2111, LogLevel.Warning, "A logo could not be kept ({Failure}).")]
    private static partial void NotKept(ILogger logger, string failure);
}
