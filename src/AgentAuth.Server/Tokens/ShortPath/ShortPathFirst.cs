using AgentAuth.Server.Specs;
using Microsoft.Extensions.Options;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>
/// Answers the requests that make up nearly all of the traffic, when there is nothing unusual about them and nothing wrong with them, in a
/// few steps of our own; everything else goes on to OpenIddict's pipeline, which is the judge of what is right: a test asks both and
/// compares. No check is left out, and no refusal is made here: who is not answered gets the pipeline's words.
/// </summary>
internal sealed class ShortPathFirst(
    RequestDelegate next, Issuer issuer, Catalog catalog, ForItself forItself, ForPerson forPerson, Introspection introspection,
    Revocations revocations, Issuance issuance, IOptions<TokenOptions> options)
{
    private readonly PathString _base = issuer.Path;
    private readonly bool _isOn = options.Value.ShortPath;

    /// <summary>Stands among a request's items when it was answered here.</summary>
    public static readonly object Mark = new();

    public async Task InvokeAsync(HttpContext http)
    {
        if (_isOn && IsUsual(http) && await TryAsync(http))
        {
            http.Items[Mark] = Mark;
            return;
        }
        await next(http);
    }

    /// <summary>A form posted below the issuer, with nothing in its headers that asks for more than a bearer token.</summary>
    private bool IsUsual(HttpContext http)
    {
        var request = http.Request;
        return HttpMethods.IsPost(request.Method) && request.HasFormContentType && request.PathBase == _base
            && catalog.IsFresh && issuance.IsReady && !request.Headers.ContainsKey("DPoP");
    }

    private async Task<bool> TryAsync(HttpContext http)
    {
        switch (http.Request.Path.Value)
        {
            case Endpoints.Token:
                var form = await http.Request.ReadFormAsync(http.RequestAborted);
                return (string?)form[Parameters.GrantType] switch
                {
                    GrantTypes.ClientCredentials => await forItself.TryAsync(http, form),
                    GrantTypes.RefreshToken => await forPerson.TryRefreshAsync(http, form),
                    GrantTypes.AuthorizationCode => await forPerson.TryCodeAsync(http, form),
                    _ => false,
                };
            case Endpoints.Introspect:
                return await introspection.TryAsync(http, await http.Request.ReadFormAsync(http.RequestAborted));
            case Endpoints.Revoke:
                return await revocations.TryAsync(http, await http.Request.ReadFormAsync(http.RequestAborted));
            default:
                return false;
        }
    }
}
