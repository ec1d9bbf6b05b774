using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Specs.Uts39Confusables;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;

/// <summary>One of a person's things at a resource: what tokens name it by, and what people read.</summary>
internal sealed record PickableObject(string Identifier, string Name);

/// <summary>
/// Asks a resource, while the consent page is made, which of a person's things may be picked. It is asked where an administrator said, with
/// a token of a minute that is for this and nothing else; it has two seconds, and whatever goes wrong means that there is no list, which
/// the page says. What it answers is a stranger's text.
/// </summary>
internal sealed partial class PickableObjects(
    GuardedWeb web, Issuer issuer, IOptionsMonitor<OpenIddictServerOptions> keys, TimeProvider clock, ILogger<PickableObjects> logger)
{
    public const string TokenType = "agentauth-objects+jwt";
    public const int Most = 200;
    public const int MaxIdentifierLength = 64;
    public const int MaxNameLength = 100;

    /// <summary>What is picked travels in every token, and tokens in a header.</summary>
    public const int MaxPickedLength = 4_000;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(1);

    private const int MaxBytes = 64 * 1024;

    private static readonly JsonWebTokenHandler Writer = new() { SetDefaultTimesOnTokenCreation = false };
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Whether so many can be picked: their identifiers have to fit into tokens, in quotes and with a comma.</summary>
    public static bool Fit(IEnumerable<string> identifiers) =>
        identifiers.Sum(i => JsonEncodedText.Encode(i, GrantDetails.Plainly.Encoder).EncodedUtf8Bytes.Length + 3) <= MaxPickedLength;

    /// <summary>None when the resource offers no choice; null when it offers one and could not be asked.</summary>
    public async Task<IReadOnlyList<PickableObject>?> ForAsync(Resource resource, Account account, CancellationToken stop)
    {
        if (resource.ObjectsUrl is not { Length: > 0 } url)
        {
            return [];
        }
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || WebAddress.HostProblem(address, issuer) is not null)
        {
            return null;
        }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            return await AskAsync(address, Token(resource, account), patience.Token) is { } bytes ? Read(bytes) : null;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or AuthenticationException
            or JsonException or InvalidOperationException or KeyNotFoundException
            || (failure is OperationCanceledException && !stop.IsCancellationRequested))
        {
            Unavailable(logger, resource.Id, failure.GetType().Name);
            return null;
        }
    }

    private string Token(Resource resource, Account account)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return Writer.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = TokenType,
            Issuer = issuer.Value,
            Audience = resource.Identifier,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = account.Subject },
            IssuedAt = now,
            Expires = now + TokenLifetime,
            SigningCredentials = keys.CurrentValue.SigningCredentials[0],
        });
    }

    /// <summary>Null when it is no answer.</summary>
    private async Task<byte[]?> AskAsync(Uri address, string token, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.Add(new("application/json"));
        using var response = await web.Asking.SendAsync(request, stop);
        if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentEncoding.Count > 0
            || response.Content.Headers.ContentLength > MaxBytes)
        {
            return null;
        }
        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        return length > MaxBytes ? null : buffer[..length];
    }

    private static List<PickableObject> Read(byte[] bytes)
    {
        using var answer = JsonDocument.Parse(bytes, Strict);
        var objects = answer.RootElement.GetProperty("objects").EnumerateArray();
        return
        [
            .. objects.Take(Most)
                .Where(o => o.ValueKind == JsonValueKind.Object)
                .Select(o => new PickableObject(Text(o, "id"), Clean(Text(o, "name"))))
                .Where(o => IsIdentifier(o.Identifier) && o.Name.Length > 0)
                .DistinctBy(o => o.Identifier, StringComparer.Ordinal),
        ];
    }

    private static string Text(JsonElement thing, string name) =>
        thing.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static bool IsIdentifier(string text) => text.Length is > 0 and <= MaxIdentifierLength && text.All(c => c is > ' ' and <= '~');

    /// <summary>On one line, within a length, and nothing in it that hides or turns.</summary>
    private static string Clean(string name)
    {
        var clean = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Take(MaxNameLength))
        {
            clean.Append((Unseen.Is(rune) ? Rune.ReplacementChar : rune).ToString());
        }
        return clean.ToString().Trim();
    }

    [LoggerMessage(5101, LogLevel.Information, "Resource {ResourceId} could not be asked which things may be picked ({Reason}).")]
    private static partial void Unavailable(ILogger logger, Guid resourceId, string reason);
}
