using System.Buffers.Text;
using System.Data.Common;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Starts, finds and ends sessions. A session lives in its row, so an end is an end on every node and for every copy of the cookie;
/// what decides (disabled, stamp, roles) is read anew at each request, in the same statement.
/// </summary>
internal sealed class Sessions(
    AgentAuthDb db, SessionTickets tickets, Revoker revoker, TimeProvider clock, IOptions<SessionLimits> limits)
{
    /// <summary>A busy browser writes this seldom; it may be signed out earlier than the idle limit by as much.</summary>
    public static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);

    private const int KeyBytes = 32;
    private const int MaxKeyLength = 64;

    /// <summary>Begins a session of an account whose password was checked just now, and returns the key for the cookie.</summary>
    public async Task<string> StartAsync(Guid accountId, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var account = await db.Users.AsNoTracking().SingleAsync(a => a.Id == accountId, stop);
        await db.Sessions.Where(s => s.AccountId == accountId && s.EndsAt <= now).ExecuteDeleteAsync(stop);
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        var session = new Session
        {
            Id = IdOf(key),
            AccountId = accountId,
            CreatedAt = now,
            SeenAt = now,
            EndsAt = now + limits.Value.Absolute,
            Ticket = tickets.Seal(IdOf(key), account, now),
        };
        db.Add(session);
        await db.SaveChangesAsync(stop);
        db.Entry(session).State = EntityState.Detached;
        return key;
    }

    /// <summary>The person behind the cookie's key, or null when the session is over.</summary>
    public async Task<AuthenticationTicket?> FindAsync(string key, CancellationToken stop)
    {
        if (key.Length > MaxKeyLength)
        {
            return null;
        }
        var id = IdOf(key);
        var found = await db.Sessions.AsNoTracking().Where(s => s.Id == id).Join(db.Users, s => s.AccountId, a => a.Id, (s, a) => new
        {
            Session = s,
            Account = a,
            Roles = db.UserRoles.Where(r => r.UserId == a.Id).Join(db.Roles, r => r.RoleId, r => r.Id, (_, r) => r.Name!).ToList(),
        }).FirstOrDefaultAsync(stop);
        if (found is null || found.Account.DisabledAt is not null || IsOver(found.Session))
        {
            return null;
        }
        if (tickets.Open(found.Session, found.Account) is not { } ticket)
        {
            return null;
        }
        ((ClaimsIdentity)ticket.Principal.Identity!).AddClaims(found.Roles.Select(r => new Claim(SessionClaims.Role, r)));
        await SeeAsync(found.Session, stop);
        return ticket;
    }

    public Task EndAsync(string key, CancellationToken stop)
    {
        var id = IdOf(key);
        return revoker.EndSessionsAsync(db.Sessions.Where(s => s.Id == id), stop);
    }

    /// <summary>Signs the person out of every browser; says of how many.</summary>
    public Task<int> EndAllAsync(Guid accountId, CancellationToken stop) =>
        revoker.EndSessionsAsync(db.Sessions.Where(s => s.AccountId == accountId), stop);

    /// <summary>Of every browser but this one.</summary>
    public Task<int> EndOthersAsync(Guid accountId, string key, CancellationToken stop)
    {
        var id = IdOf(key);
        return revoker.EndSessionsAsync(db.Sessions.Where(s => s.AccountId == accountId && s.Id != id), stop);
    }

    /// <summary>Whether a grant was allowed for a session that is over; then it is over too, from now on.</summary>
    public async Task<bool> HasEndedWithAsync(Grant grant, CancellationToken stop)
    {
        if (grant.SessionId is not { } id
            || (await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, stop) is { } session && !IsOver(session)))
        {
            return false;
        }
        await revoker.EndWithSessionAsync(grant.Id, stop);
        return true;
    }

    /// <summary>Ends what was allowed for sessions that ended by themselves.</summary>
    public async Task<int> EndLeftBehindAsync(CancellationToken stop)
    {
        var (now, seen) = (clock.GetUtcNow(), clock.GetUtcNow() - limits.Value.Idle);
        var left = await db.Grants
            .Where(g => g.Status == OpenIddictConstants.Statuses.Valid && g.SessionId != null
                && !db.Sessions.Any(s => s.Id == g.SessionId && s.EndsAt > now && s.SeenAt > seen))
            .Select(g => g.Id).ToListAsync(stop);
        foreach (var grant in left)
        {
            await revoker.EndWithSessionAsync(grant, stop);
        }
        return left.Count;
    }

    private bool IsOver(Session session)
    {
        var now = clock.GetUtcNow();
        return session.EndsAt <= now || session.SeenAt + limits.Value.Idle <= now;
    }

    private async Task SeeAsync(Session session, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        if (now - session.SeenAt < SeenEvery)
        {
            return;
        }
        try
        {
            await db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.SeenAt, now), stop);
        }
        catch (DbException)
        {
            // The page was asked for and can be shown; the next request notes the visit.
        }
    }

    public static string IdOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
