using System.Text.Json;
using System.Text.Json.Serialization;
using AgentAuth.Server.Specs.Refusals;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>Who wrote the metadata down decides what is forgiven.</summary>
internal enum MetadataSource
{
    /// <summary>A client ID metadata document: the client's maker publishes it for every server there is.</summary>
    Document = 0,

    /// <summary>A registration: the client asks this server (RFC 7591).</summary>
    Registration = 1,

    /// <summary>A developer fills in a form: nothing is left out in silence, and people are told a name.</summary>
    Portal = 2,
}

/// <summary>A rule the metadata broke, as an OAuth error, and the member that broke it where it was one.</summary>
internal sealed record MetadataProblem(string Error, string Words, string? Member = null)
{
    public const string InvalidMetadata = "invalid_client_metadata";
    public const string InvalidRedirectUri = "invalid_redirect_uri";

    /// <summary>How it is explained.</summary>
    public Rule Rule { get; init; } = Error == InvalidRedirectUri ? RegistrationRules.Redirect : RegistrationRules.Metadata;
}

/// <summary>What a client says of itself, held against the rules (RFC 7591 §2): only what this server understands is in it.</summary>
internal sealed record ClientMetadata
{
    private static readonly JsonSerializerOptions Kept = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public string? Name { get; init; }

    /// <summary>As written: they are compared byte by byte.</summary>
    public required IReadOnlyList<string> RedirectUris { get; init; }

    public required string AuthMethod { get; init; }

    /// <summary>It may send answers to a program on the person's computer.</summary>
    public bool IsNative { get; init; }

    public string? Scope { get; init; }

    public string? ClientUri { get; init; }

    public string? LogoUri { get; init; }

    public string? PolicyUri { get; init; }

    public string? TermsUri { get; init; }

    public IReadOnlyList<string> Contacts { get; init; } = [];

    public string? SoftwareId { get; init; }

    public string? SoftwareVersion { get; init; }

    /// <summary>A JWK set of public keys, or where there is one; never both.</summary>
    public string? Keys { get; init; }

    public string? KeysUri { get; init; }

    [JsonIgnore]
    public bool IsPublic => AuthMethod == ClientAuthenticationMethods.None;

    [JsonIgnore]
    public bool HasSecret => AuthMethod is ClientAuthenticationMethods.ClientSecretBasic or ClientAuthenticationMethods.ClientSecretPost;

    public string ToJson() => JsonSerializer.Serialize(this, Kept);

    public static ClientMetadata? Of(string? json) => json is null ? null : JsonSerializer.Deserialize<ClientMetadata>(json);

    /// <summary>Whether a person who said yes to the one said yes to the other: the same name, addresses and proof. What was approved
    /// beside them, <see cref="ClientRow"/> knows.</summary>
    public bool IsSameToPeople(ClientMetadata other) =>
        Name == other.Name && AuthMethod == other.AuthMethod && Keys == other.Keys && KeysUri == other.KeysUri
        && RedirectUris.ToHashSet(StringComparer.Ordinal).SetEquals(other.RedirectUris);
}
