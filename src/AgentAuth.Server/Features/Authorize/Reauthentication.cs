using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>
/// Remembers in the return URL when a fresh sign-in was asked for, so that it is asked once: only a session younger than the mark does.
/// Sealed for its request, or a link could carry a mark of another one, of yesterday.
/// </summary>
internal sealed class Reauthentication(IDataProtectionProvider protection, TimeProvider clock)
{
    public const string Parameter = "reauth";

    private readonly IDataProtector _protector = protection.CreateProtector("AgentAuth.Reauthentication.v1");

    public string Mark(string query) =>
        _protector.CreateProtector(query).Protect(clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    public bool IsDone(string? mark, string query, long signedInAt)
    {
        if (string.IsNullOrEmpty(mark))
        {
            return false;
        }
        try
        {
            return long.TryParse(_protector.CreateProtector(query).Unprotect(mark), CultureInfo.InvariantCulture, out var asked)
                && signedInAt >= asked;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
