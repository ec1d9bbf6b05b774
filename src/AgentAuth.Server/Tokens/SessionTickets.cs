using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Rows;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Seals what a session knows of its sign-in, so that who can write the table cannot write themselves a session; each ticket is good
/// for its own row only.
/// </summary>
internal sealed class SessionTickets(IDataProtectionProvider protection)
{
    private const string Stamp = "stamp";

    private readonly IDataProtector _protector = protection.CreateProtector("AgentAuth.Session");

    public byte[] Seal(string sessionId, Account account, DateTimeOffset now)
    {
        var authenticatedAt = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var identity = new ClaimsIdentity(
        [
            new(SessionClaims.Subject, account.Subject),
            new(SessionClaims.AuthenticatedAt, authenticatedAt, ClaimValueTypes.Integer64),
            new(SessionClaims.SessionId, sessionId),
        ], IdentityConstants.ApplicationScheme, SessionClaims.Email, SessionClaims.Role);
        var properties = new AuthenticationProperties { IssuedUtc = now };
        properties.Items[Stamp] = account.SecurityStamp;
        var ticket = new AuthenticationTicket(new(identity), properties, IdentityConstants.ApplicationScheme);
        return _protector.Protect(TicketSerializer.Default.Serialize(ticket));
    }

    /// <summary>Null when the ticket is not this row's, or the account's password or other proofs changed since.</summary>
    public AuthenticationTicket? Open(Session session, Account account)
    {
        if (Read(session.Ticket) is not { } ticket || !IsOf(ticket, session.Id, account.Subject, account.SecurityStamp))
        {
            return null;
        }
        ((ClaimsIdentity)ticket.Principal.Identity!).AddClaim(new(SessionClaims.Email, account.Email ?? ""));
        return ticket;
    }

    /// <summary>When the person behind it signed in; null when <see cref="Open"/> would be.</summary>
    public long? SignedInAt(SessionRow session) =>
        Read(session.Ticket) is { } ticket && IsOf(ticket, session.Id, session.Person.Id.ToString("D"), session.SecurityStamp)
        && long.TryParse(ticket.Principal.FindFirstValue(SessionClaims.AuthenticatedAt), CultureInfo.InvariantCulture, out var at)
            ? at
            : null;

    private static bool IsOf(AuthenticationTicket ticket, string sessionId, string subject, string? stamp) =>
        ticket.Principal.HasClaim(SessionClaims.SessionId, sessionId) && ticket.Principal.HasClaim(SessionClaims.Subject, subject)
        && ticket.Properties.GetString(Stamp) == stamp;

    private AuthenticationTicket? Read(byte[] sealedTicket)
    {
        try
        {
            return TicketSerializer.Default.Deserialize(_protector.Unprotect(sealedTicket));
        }
        catch (CryptographicException)
        {
            return null; // sealed with keys this server no longer has
        }
    }
}
