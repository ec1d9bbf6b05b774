using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AgentAuth.Server.Features.Shared;

/// <summary>
/// The languages a client asks the pages to be in (OpenID Connect Core §3.1.2.1), also when its request waits in the return URL of the
/// sign-in page.
/// </summary>
internal sealed class UiLocales : RequestCultureProvider
{
    private const string Parameter = "ui_locales";
    private const int MaxLength = 200;

    public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
    {
        var wanted = Asked(httpContext.Request.Query);
        if (wanted is null or { Length: 0 or > MaxLength })
        {
            return NullProviderCultureResult;
        }
        var cultures = wanted.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(8).Select(c => new StringSegment(c)).ToList();
        return Task.FromResult<ProviderCultureResult?>(new(cultures));
    }

    private static string? Asked(IQueryCollection query)
    {
        if (query.TryGetValue(Parameter, out var direct))
        {
            return direct.ToString();
        }
        var back = query["returnUrl"].ToString();
        var start = back.IndexOf('?', StringComparison.Ordinal);
        if (start < 0 || !LocalUrl.IsLocal(back))
        {
            return null;
        }
        return QueryHelpers.ParseQuery(back[start..]).TryGetValue(Parameter, out var inside) ? inside.ToString() : null;
    }
}
