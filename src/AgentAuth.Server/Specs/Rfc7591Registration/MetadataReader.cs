using System.Text.Json;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>
/// The one validator of what clients say of themselves, wherever they say it. What is unknown is ignored (RFC 7591 §2), and what the
/// server decides (identifiers, secrets, permissions, trust) is unknown here: nothing can be gained by sending it.
/// </summary>
internal static class MetadataReader
{
    public const int MaxNameLength = 100;
    public const int MaxRedirects = 20;

    public const string ClientName = "client_name";
    public const string RedirectUris = "redirect_uris";
    public const string AuthMethod = "token_endpoint_auth_method";
    public const string Jwks = "jwks";
    public const string JwksUri = "jwks_uri";
    public const string LogoUri = "logo_uri";
    public const string ClientUri = "client_uri";
    public const string PolicyUri = "policy_uri";
    public const string TermsUri = "tos_uri";

    private const string Algorithm = "token_endpoint_auth_signing_alg";

    private const int MaxListed = 50;
    private const int MaxWordLength = 200;
    private const int MaxScopeLength = 2000;
    private const int MaxContacts = 10;

    /// <summary>Of an address in words about it.</summary>
    private const int MaxShownAddress = 100;

    public static (ClientMetadata? Metadata, MetadataProblem? Problem) Read(JsonElement metadata, MetadataSource source)
    {
        var (read, problems) = ReadAll(metadata, source);
        return problems is [var first, ..] ? (null, first) : (read, null);
    }

    /// <summary>With everything that is wrong, for who can show it beside what was written.</summary>
    public static (ClientMetadata Metadata, IReadOnlyList<MetadataProblem> Problems) ReadAll(JsonElement metadata, MetadataSource source)
    {
        var members = new MetadataMembers(metadata);
        var redirects = Redirects(members, source);
        var isNative = redirects.Any(LoopbackRedirect.StaysHere) || members.Text("application_type", MaxWordLength) == "native";
        CheckFlow(members);
        var (keys, keysUri) = Keys(members);
        var read = new ClientMetadata
        {
            Name = Name(members, source),
            RedirectUris = redirects,
            AuthMethod = Method(members, source, hasKeys: keys is not null || keysUri is not null),
            IsNative = isNative,
            Scope = members.Text("scope", MaxScopeLength)?.Trim() is { Length: > 0 } scope ? scope : null,
            ClientUri = members.Address(ClientUri),
            LogoUri = members.Address(LogoUri),
            PolicyUri = members.Address(PolicyUri),
            TermsUri = members.Address(TermsUri),
            Contacts = members.Texts("contacts", MaxContacts, MaxWordLength),
            SoftwareId = members.Text("software_id", MaxWordLength),
            SoftwareVersion = members.Text("software_version", MaxWordLength),
            Keys = keys,
            KeysUri = keysUri,
        };
        return (read, members.Problems);
    }

    private static string? Name(MetadataMembers members, MetadataSource source)
    {
        var name = members.Text(ClientName, MaxNameLength)?.Trim();
        if (string.IsNullOrEmpty(name) && source != MetadataSource.Registration)
        {
            members.Refuse(source == MetadataSource.Document ? "The document has no client_name." : "Write the app's name.", ClientName);
        }
        return string.IsNullOrEmpty(name) ? null : name;
    }

    /// <summary>An app's scheme nobody else is known to own is left out, and the rest stands: the reply says what was registered.</summary>
    private static List<string> Redirects(MetadataMembers members, MetadataSource source)
    {
        var written = members.Texts(RedirectUris, MaxRedirects, RedirectAddress.MaxLength);
        var taken = new List<string>();
        foreach (var address in written)
        {
            if (source != MetadataSource.Portal && RedirectAddress.IsUnownedScheme(address))
            {
                continue;
            }
            if (RedirectAddress.Problem(address, isNative: true) is { } problem)
            {
                RefuseRedirect(members, source, address, problem);
            }
            taken.Add(address);
        }
        if (taken.Count == 0)
        {
            members.Refuse(
                written.Count == 0 ? "Name at least one address in redirect_uris." : RedirectAddress.OwnedSchemes, RedirectUris,
                source == MetadataSource.Document ? MetadataProblem.InvalidMetadata : MetadataProblem.InvalidRedirectUri);
        }
        return taken;
    }

    /// <summary>Who has a form before them mends all lines at once; a program gets the first problem.</summary>
    private static void RefuseRedirect(MetadataMembers members, MetadataSource source, string address, string problem)
    {
        if (source == MetadataSource.Portal)
        {
            var shown = address.Length <= MaxShownAddress ? address : address[..MaxShownAddress] + "…";
            members.RefuseAlso($"{shown}: {problem}", RedirectUris, MetadataProblem.InvalidRedirectUri);
            return;
        }
        members.Refuse(problem, RedirectUris, MetadataProblem.InvalidRedirectUri);
    }

    /// <summary>Of grant and response types only those count that are given here: a client that could use others too may say so.</summary>
    private static void CheckFlow(MetadataMembers members)
    {
        var grants = members.Texts("grant_types", MaxListed, MaxWordLength);
        if (grants.Count > 0 && !grants.Contains(GrantTypes.AuthorizationCode, StringComparer.Ordinal))
        {
            members.Refuse("grant_types must have authorization_code: who introduces itself acts for people only.", "grant_types");
        }
        var responses = members.Texts("response_types", MaxListed, MaxWordLength);
        if (responses.Count > 0 && !responses.Contains(ResponseTypes.Code, StringComparer.Ordinal))
        {
            members.Refuse("response_types must have code: no token travels through a browser here.", "response_types");
        }
    }

    private static string Method(MetadataMembers members, MetadataSource source, bool hasKeys)
    {
        var method = members.Text(AuthMethod, MaxWordLength)
            ?? (source == MetadataSource.Document ? FromPlural(members, hasKeys) : ClientAuthenticationMethods.ClientSecretBasic);
        var isSecret = method is ClientAuthenticationMethods.ClientSecretBasic or ClientAuthenticationMethods.ClientSecretPost;
        if (!isSecret && method is not (ClientAuthenticationMethods.None or ClientAuthenticationMethods.PrivateKeyJwt))
        {
            members.Refuse(
                "token_endpoint_auth_method must be none, private_key_jwt, client_secret_basic or client_secret_post.", AuthMethod);
        }
        if (source == MetadataSource.Document && (isSecret || members.Has("client_secret")))
        {
            members.Refuse("A document everybody can read proves nothing by a secret: use none or private_key_jwt.", AuthMethod);
        }
        if (source == MetadataSource.Document && members.Has("client_secret_expires_at"))
        {
            members.Refuse("A document has no secret that could end: take client_secret_expires_at out.", AuthMethod);
        }
        if (method == ClientAuthenticationMethods.PrivateKeyJwt && !hasKeys)
        {
            members.Refuse("private_key_jwt needs jwks or jwks_uri.", Jwks);
        }
        CheckAlgorithm(members);
        return method;
    }

    /// <summary>Some documents borrow the plural from server metadata: the strongest they can do, else <c>none</c>.</summary>
    private static string FromPlural(MetadataMembers members, bool hasKeys)
    {
        var methods = members.Texts("token_endpoint_auth_methods_supported", MaxListed, MaxWordLength);
        if (hasKeys && methods.Contains(ClientAuthenticationMethods.PrivateKeyJwt, StringComparer.Ordinal))
        {
            return ClientAuthenticationMethods.PrivateKeyJwt;
        }
        return methods.Count == 0 || methods.Contains(ClientAuthenticationMethods.None, StringComparer.Ordinal)
            ? ClientAuthenticationMethods.None
            : methods[0];
    }

    private static void CheckAlgorithm(MetadataMembers members)
    {
        if (members.Text(Algorithm, MaxWordLength) is { } alg
            && !SigningAlgorithms.All.Contains(alg, StringComparer.Ordinal))
        {
            members.Refuse("token_endpoint_auth_signing_alg must be one of " + string.Join(", ", SigningAlgorithms.All) + ".", Algorithm);
        }
    }

    private static (string? Keys, string? KeysUri) Keys(MetadataMembers members)
    {
        var uri = members.Address(JwksUri);
        if (members.Member(Jwks) is not { } set)
        {
            return (null, uri);
        }
        if (uri is not null)
        {
            members.Refuse("Give jwks or jwks_uri, not both.", Jwks);
        }
        if (ClientKeys.Problem(set) is { } problem)
        {
            members.Refuse(problem, Jwks);
            return (null, null);
        }
        return (ClientKeys.Kept(set), null);
    }
}
