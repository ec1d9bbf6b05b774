using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

/// <summary>
/// Clients whose identifier is the address of a document about them. Before one is looked up, its document is read, unless a copy is still
/// fresh; the copy is the client's row, so all nodes share it and everything else treats the client like any other. However many ask for
/// one address at once, it is read once.
/// </summary>
internal sealed partial class Documents(
    DocumentShelf shelf, GuardedWeb web, FetchLimits limits, Issuer issuer, IOptions<DocumentOptions> options, TimeProvider clock,
    ILogger<Documents> logger)
{
    public const int MaxBytes = 5 * 1024;

    private readonly OnceAtATime<string?> _reading = new();

    /// <summary>An identifier of this form is nobody's but its host's: none of ours ever looks so.</summary>
    public static bool IsAddress(string clientId) =>
        clientId.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || clientId.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when there is nothing to say against it: the client may be looked up now.</summary>
    public async Task<string?> IntroduceAsync(string clientId, IPAddress? caller, CancellationToken stop)
    {
        if (!IsAddress(clientId))
        {
            return null;
        }
        if (clientId.Length <= Client.MaxClientIdLength && await shelf.FindAsync(clientId, stop) is { } known
            && (known.Origin != Origin.ByDocument || known.BlockedAt is not null || known.DocumentFreshUntil > clock.GetUtcNow()))
        {
            return null; // who registered an address by hand vouches for it
        }
        if (!options.Value.Enabled)
        {
            return "Client ID metadata documents are turned off on this server.";
        }
        if (WebAddress.Problem(clientId, issuer) is { } problem)
        {
            return problem;
        }
        var host = new Uri(clientId).Host;
        if (!options.Value.Admits(host))
        {
            NotAdmitted(logger, host);
            return "This server does not read client ID metadata documents of that host.";
        }
        return await _reading.RunAsync(clientId, () => ReadAsync(clientId, caller)).WaitAsync(stop);
    }

    /// <summary>
    /// Before something the document says is relied on after a person's yes: the client as it is now, its document read again when the copy
    /// is no longer fresh. Null when it cannot be relied on. Clients of other kinds are given back as they are.
    /// </summary>
    public async ValueTask<Client?> RenewedAsync(Client client, IPAddress? caller, CancellationToken stop)
    {
        if (client.Origin != Origin.ByDocument || client.DocumentFreshUntil > clock.GetUtcNow())
        {
            return client;
        }
        return await IntroduceAsync(client.ClientId!, caller, stop) is null ? await shelf.FindAsync(client.ClientId!, stop) : null;
    }

    /// <summary>No request's own: others may be waiting for it, and it ends by itself.</summary>
    private async Task<string?> ReadAsync(string clientId, IPAddress? caller)
    {
        var address = new Uri(clientId);
        var known = await shelf.FindAsync(clientId, CancellationToken.None);
        if (known?.DocumentFreshUntil > clock.GetUtcNow())
        {
            return null; // read by another request a moment ago
        }
        if (limits.IsResting(address))
        {
            return IsUsable(known, Freshness.Stale) ? null : "The host of the client's document is down. Try again in a minute.";
        }
        if (!limits.TryTake(address, caller, isKnown: known?.DocumentReadAt is not null))
        {
            return IsUsable(known, Freshness.Ceiling) ? null : "Too many documents were asked for. Try again in a minute.";
        }
        var answer = await web.GetAsync(address, MaxBytes, known?.DocumentTag, CancellationToken.None);
        limits.Heed(address, answer);
        if (answer.IsUnchanged && known is not null)
        {
            await shelf.KeepAsync(known, answer);
            return null;
        }
        return answer.Body is { } body
            ? await JudgeAsync(clientId, body, answer, known)
            : await FailAsync(address.Host, known, answer.Failure!, answer.IsOutage);
    }

    private async Task<string?> JudgeAsync(string clientId, byte[] body, WebAnswer answer, Client? known)
    {
        var (metadata, problem, isJson) = DocumentReader.Read(body, clientId);
        if (metadata is null)
        {
            return await FailAsync(new Uri(clientId).Host, known, problem!, isOutage: !isJson);
        }
        if (metadata.KeysUri is { } keys && WebAddress.Problem(keys, issuer) is { } wrong)
        {
            return await FailAsync(new Uri(clientId).Host, known, "The jwks_uri is not one this server asks: " + wrong, isOutage: false);
        }
        await shelf.PutAsync(clientId, metadata, answer);
        return null;
    }

    /// <summary>A host out of order does not take its agents away from people; a document that says something else does.</summary>
    private async Task<string?> FailAsync(string host, Client? known, string why, bool isOutage)
    {
        NotRead(logger, host, why);
        if (known is not null && isOutage)
        {
            limits.IsOut(new Uri(known.ClientId!));
        }
        if (known is not null && !isOutage)
        {
            await shelf.WithdrawAsync(known);
        }
        return isOutage && IsUsable(known, Freshness.Stale) ? null : "The client's document cannot be used. " + why;
    }

    private bool IsUsable(Client? known, TimeSpan age) => known?.DocumentReadAt + age > clock.GetUtcNow();

    [LoggerMessage(2101, LogLevel.Information, "The document of a client at {Host} was not read: {Why}")]
    private static partial void NotRead(ILogger logger, string host, string why);

    [LoggerMessage(2102, LogLevel.Information, "The document of a client at {Host} was not asked for: the host is not admitted.")]
    private static partial void NotAdmitted(ILogger logger, string host);
}
