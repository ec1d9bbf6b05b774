using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.OpenIdCiba;
using AgentAuth.Server.Specs.Rfc6749Framework;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.Approvals;

/// <summary>
/// Before everything else that answers at the token endpoint: OpenIddict knows nothing of the grant type. Costs all others one look at a
/// form that was read already.
/// </summary>
internal sealed class CibaFirst(RequestDelegate next, Issuer issuer)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !StrictForm.Is(issuer, http.Request.Path, Endpoints.Token)
            || (string?)(await http.Request.ReadFormAsync(http.RequestAborted))[Parameters.GrantType] != Ciba.GrantType)
        {
            await next(http);
            return;
        }
        var answer = await http.RequestServices.GetRequiredService<CibaGrant>().HandleAsync(http);
        await answer.ExecuteAsync(http);
    }
}
