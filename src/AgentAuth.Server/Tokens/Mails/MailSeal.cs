using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace AgentAuth.Server.Tokens.Mails;

/// <summary>
/// What an e-mail says lies sealed until it is sent: its links act for the person, and who reads the database must not be able to use them.
/// </summary>
internal sealed class MailSeal(IDataProtectionProvider protection)
{
    private readonly IDataProtector _seal = protection.CreateProtector("AgentAuth.OutgoingMails.v1");

    public string Close(string text) => _seal.Protect(text);

    /// <summary>Null when what sealed it is not here any more.</summary>
    public string? Open(string text)
    {
        try
        {
            return _seal.Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
