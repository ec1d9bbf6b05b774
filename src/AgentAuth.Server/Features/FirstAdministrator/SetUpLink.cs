using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace AgentAuth.Server.Features.FirstAdministrator;

/// <summary>
/// The link to the set-up page. It is sealed rather than remembered, because behind a proxy the node that printed it is seldom the one that
/// is asked; that it is good once is the page's to see to, which asks whether there is an administrator.
/// </summary>
internal sealed class SetUpLink(TimeProvider clock, IDataProtectionProvider protection)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly IDataProtector _seal = protection.CreateProtector("AgentAuth.FirstAdministrator");

    public string Offer() => _seal.Protect((clock.GetUtcNow() + Lifetime).UtcTicks.ToString(CultureInfo.InvariantCulture));

    public bool Accepts(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return false;
        }
        try
        {
            return long.Parse(_seal.Unprotect(token), CultureInfo.InvariantCulture) > clock.GetUtcNow().UtcTicks;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
