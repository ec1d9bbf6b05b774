using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc6749Framework;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>
/// A form of which the short path understands every word, from a client that proved who it is. Anything else (a parameter it does not know,
/// one that is empty or comes twice, another way to authenticate, a wrong secret) is left to the whole pipeline, which says what is wrong.
/// </summary>
internal sealed class KnownForm
{
    private readonly IFormCollection _form;

    private KnownForm(IFormCollection form, Client client) => (_form, Client) = (form, client);

    public Client Client { get; }

    public string? this[string name] => _form.TryGetValue(name, out var value) ? value[0] : null;

    public static async ValueTask<KnownForm?> ReadAsync(
        HttpContext http, IFormCollection form, string[] known, Catalog catalog, SecretCheck secrets, CancellationToken stop)
    {
        foreach (var (name, value) in form)
        {
            var isCredential = name is Parameters.ClientId or Parameters.ClientSecret;
            if (value.Count != 1 || string.IsNullOrEmpty(value[0]) || (!isCredential && Array.IndexOf(known, name) < 0))
            {
                return null;
            }
        }
        return Claimed(http.Request, form) is var (id, secret) && id is not null
            && await catalog.ClientAsync(id, stop) is { } client && IsProved(client, secret, secrets) ? new(form, client) : null;
    }

    /// <summary>Who the request says it is, by header or by form but not by both.</summary>
    private static (string? Id, string? Secret) Claimed(HttpRequest request, IFormCollection form)
    {
        var authorization = request.Headers.Authorization;
        string? posted = form[Parameters.ClientId], secret = form[Parameters.ClientSecret];
        if (authorization.Count == 0)
        {
            return (posted, secret);
        }
        return secret is null && BasicCredentials.Read(authorization) is { Secret.Length: > 0 } basic
            && (posted is null || posted == basic.ClientId) ? (basic.ClientId, basic.Secret) : default;
    }

    /// <summary>What OpenIddict could be told by a client's settings or requirements is rare; it is left to it.</summary>
    private static bool IsProved(Client client, string? secret, SecretCheck secrets) =>
        client is { BlockedAt: null, Settings: null, Requirements: null, JsonWebKeySet: null }
        && client.ClientType switch
        {
            ClientTypes.Public => secret is null,
            ClientTypes.Confidential => secret is not null && secrets.Prove(client.ClientSecret, client.Secrets, secret).IsGood,
            _ => false,
        };
}
