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

    /// <summary>Refusals of one network that are noted in a minute.</summary>
    public const int MaxOfSender = 30;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>An IPv6 network is a /64; of IPv4 each address is one.</summary>
    private const int NetworkBytes = 8;

    private static readonly string[] Known =
    [
        Endpoints.Authorize, Endpoints.Token, Endpoints.Introspect, Endpoints.Revoke, Endpoints.UserInfo, Endpoints.EndSession,
        Endpoints.RevocationEvents, Endpoints.Jwks, Endpoints.OAuthMetadata, Endpoints.OpenIdMetadata,
    ];

    private readonly Channel<RefusedRequest> _waiting = Channel.CreateBounded<RefusedRequest>(MaxWaiting);
    private readonly FailureBook _senders = new(clock, Window);

    public ChannelReader<RefusedRequest> Waiting => _waiting.Reader;

    public static string NewId() => RandomNumberGenerator.GetHexString(RefusedRequest.IdLength, lowercase: true);

    /// <returns>The <c>error_id</c> for the answer.</returns>
    public string Note(HttpContext http, OpenIddictRequest? request, Rule rule, string error, string? words, string? id = null)
    {
        id ??= NewId();
        var sender = Sender(http.Connection.RemoteIpAddress);
        if (_senders.Of(sender).WaitFor(MaxOfSender, Window, _senders.Now) > TimeSpan.Zero)
        {
            Telemetry.RefusalNotKept("sender");
            return id;
        }
        _senders.Count(sender);
        if (!_waiting.Writer.TryWrite(Row(http, request, rule, error, words ?? "", id, sender)))
        {
            Telemetry.RefusalNotKept("behind");
        }
        return id;
    }

    private RefusedRequest Row(
        HttpContext http, OpenIddictRequest? request, Rule rule, string error, string words, string id, string sender)
    {
        var endpoint = Array.Find(Known, e => http.Request.Path.StartsWithSegments(e, StringComparison.OrdinalIgnoreCase));
        // A page's address or form may hold anything, a password or a link that is a key: nothing of them is kept.
        var (parts, said) = endpoint is null ? ([], words) : Sent.Of(http, request, words);
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

    private static string Method(string method) =>
        HttpMethods.IsPost(method) ? HttpMethods.Post : HttpMethods.IsGet(method) ? HttpMethods.Get : "?";

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
