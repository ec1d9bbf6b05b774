using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>
/// Notes why requests were refused, for the chore that writes it down. Nothing waits here: who sends more than its share is not noted, and
/// when the chore is behind nobody is; both are counted. The answer has its <c>error_id</c> all the same.
/// </summary>
internal sealed class RefusalBook(TimeProvider clock)
{
    public const int MaxWaiting = 500;

    /// <summary>Refusals of one network that are noted in a minute, whatever they name.</summary>
    public const int MaxOfSender = 30;

    /// <summary>And then of each client that is known here: many developers may sit behind one address.</summary>
    public const int MaxOfClient = 30;

    /// <summary>But not more of one network with all its clients.</summary>
    public const int MaxWithClients = 150;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>An IPv6 network is a /64; of IPv4 each address is one.</summary>
    private const int NetworkBytes = 8;

    private static readonly string[] Known =
    [
        Endpoints.Authorize, Endpoints.Token, Endpoints.Introspect, Endpoints.Revoke, Endpoints.UserInfo, Endpoints.EndSession,
        Endpoints.RevocationEvents, Endpoints.Usage, Endpoints.Budgets, Endpoints.Backchannel, Endpoints.Register, Endpoints.Jwks,
        Endpoints.OAuthMetadata, Endpoints.OpenIdMetadata,
    ];

    private static readonly string[] Methods =
    [
        HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete, HttpMethods.Patch, HttpMethods.Options,
        HttpMethods.Trace,
    ];

    private readonly Channel<RefusedRequest> _waiting = Channel.CreateBounded<RefusedRequest>(MaxWaiting);
    private readonly FailureBook _senders = new(clock, Window);
    private readonly Lock _turn = new();

    public ChannelReader<RefusedRequest> Waiting => _waiting.Reader;

    public static string NewId() => RandomNumberGenerator.GetHexString(RefusedRequest.IdLength, lowercase: true);

    /// <returns>The <c>error_id</c> for the answer.</returns>
    public string Note(HttpContext http, OpenIddictRequest? request, Rule rule, string error, string? words, string? id = null)
    {
        id ??= NewId();
        var sender = Sender(http.Connection.RemoteIpAddress);
        var client = ClientId(http, request);
        if (!TryTakePlace(sender, client, out var needsClient))
        {
            Telemetry.RefusalNotKept("sender");
            return id;
        }
        var row = Row(http, request, rule, error, words ?? "", id, sender);
        row.NeedsClient = needsClient;
        if (!_waiting.Writer.TryWrite(row))
        {
            Telemetry.RefusalNotKept("behind");
        }
        return id;
    }

    /// <summary>One that a resource server made, with an id of its own; it has no more places than a network has.</summary>
    public void Pass(RefusedRequest told)
    {
        told.NeedsClient = true;
        if (!TryTakePlace(told.Sender, told.ClientId, out _))
        {
            Telemetry.RefusalNotKept("sender");
        }
        else if (!_waiting.Writer.TryWrite(told))
        {
            Telemetry.RefusalNotKept("behind");
        }
    }

    /// <summary>Of the network's own places, or of those of a client it names; whether there is such a client the chore looks up.</summary>
    private bool TryTakePlace(string sender, string? client, out bool needsClient)
    {
        lock (_turn)
        {
            needsClient = IsFull(sender, MaxOfSender);
            (string Key, int Most)[] places = !needsClient ? [(sender, MaxOfSender)]
                : [($"{sender} +", MaxWithClients - MaxOfSender), (FailureBooks.KeyOf($"{sender} {client}"), MaxOfClient)];
            if (needsClient && (client is null || Array.Exists(places, p => IsFull(p.Key, p.Most))))
            {
                return false;
            }
            Array.ForEach(places, p => _senders.Count(p.Key));
            return true;
        }
    }

    private bool IsFull(string key, int most) => _senders.Of(key).WaitFor(most, Window, _senders.Now) > TimeSpan.Zero;

    private RefusedRequest Row(
        HttpContext http, OpenIddictRequest? request, Rule rule, string error, string words, string id, string sender)
    {
        var endpoint = Array.Find(Known, e => http.Request.Path.StartsWithSegments(e, StringComparison.OrdinalIgnoreCase));
        // A page's address or form may hold anything, a password or a link that is a key: nothing of them is kept.
        var (parts, said) = endpoint is null ? ([], words)
            : endpoint == Endpoints.Register ? SentMetadata.Of(http, words)
            : Sent.Of(http, request, words);
        return new()
        {
            Id = id,
            At = clock.GetUtcNow(),
            Rule = rule.Name,
            Error = Sent.Clean(error, RefusedRequest.MaxErrorLength),
            Words = Sent.Clean(said, RefusedRequest.MaxWordsLength),
            Endpoint = endpoint is null ? "" : $"{Method(http.Request.Method)} {endpoint}",
            ClientId = endpoint is null ? null : ClientId(http, request),
            Sender = sender,
            Sent = Sent.Json(parts),
        };
    }

    private static string Method(string method) => Array.Find(Methods, m => HttpMethods.Equals(m, method)) ?? "?";

    /// <summary>Null when it is no name a client could have: then it may be anything, a secret too.</summary>
    private static string? ClientId(HttpContext http, OpenIddictRequest? request)
    {
        var named = request?.ClientId is { Length: > 0 } said ? said
            : BasicCredentials.ClientId(http.Request.Headers.Authorization) ?? SentAssertion.Read(request?.ClientAssertion).ClientId;
        return named is { Length: > 0 and <= Client.MaxClientIdLength } && Sent.Clean(named, Client.MaxClientIdLength + 1) == named
            ? named
            : null;
    }

    private static string Sender(IPAddress? address)
    {
        var bytes = (address?.IsIPv4MappedToIPv6 == true ? address.MapToIPv4() : address ?? IPAddress.None).GetAddressBytes();
        return FailureBooks.KeyOf(Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, NetworkBytes))));
    }
}
