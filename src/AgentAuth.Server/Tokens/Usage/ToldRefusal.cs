using System.Text.Json.Serialization;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens.Usage;

/// <summary>A genuine token of another resource that a resource server refused, and the <c>error_id</c> its answer had.</summary>
internal sealed record ToldRefusal
{
    private const int MaxAudiences = 5;

    [JsonPropertyName("error_id")]
    public string? ErrorId { get; init; }

    [JsonPropertyName("client_id")]
    public string? ClientId { get; init; }

    [JsonPropertyName("aud")]
    public IReadOnlyList<string?>? Audiences { get; init; }

    public bool IsSound => ErrorId is { Length: RefusedRequest.IdLength } && ErrorId.All(char.IsAsciiHexDigitLower)
        && ClientId is { Length: > 0 and <= Client.MaxClientIdLength } && !ClientId.Contains('\0', StringComparison.Ordinal)
        && Audiences is { Count: <= MaxAudiences } && Audiences.All(a => a is { Length: <= Sent.MaxValueLength });

    /// <summary>As its client's developer reads it; what the token says is cleaned like all that others wrote.</summary>
    public RefusedRequest At(Resource resource, DateTimeOffset now)
    {
        var audience = string.Join(' ', Audiences!);
        return new()
        {
            Id = ErrorId!,
            At = now,
            Rule = TokenRules.Audience.Name,
            Error = OpenIddictConstants.Errors.InvalidToken,
            Words = Sent.Clean(
                $"The token is for another resource: {audience}. This is {resource.Identifier}.", RefusedRequest.MaxWordsLength),
            Endpoint = Sent.Clean(resource.Identifier, RefusedRequest.MaxEndpointLength),
            ClientId = ClientId,
            Sender = FailureBooks.KeyOf($"resource {resource.Id:N}"),
            Sent = Sent.Json(
            [
                new("aud", Sent.Clean(audience, Sent.MaxValueLength), audience.Length),
                new("client_id", Sent.Clean(ClientId!, Sent.MaxValueLength), ClientId!.Length),
            ]),
        };
    }
}
