using System.Security.Cryptography;
using System.Text.Json;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.TryIt;

internal enum Standing
{
    None = 0,

    /// <summary>Begun in another browser: its tokens are not shown in this one.</summary>
    Elsewhere = 1,

    Over = 2,

    Open = 3,
}

/// <summary>A run as it was found; <see cref="Version"/> says whether it is still that when a step of it is written.</summary>
internal sealed record Found(Standing Standing, Run? Run = null, int Version = 0, DateTimeOffset EndsAt = default);

/// <summary>Keeps one run for each developer, sealed for that person and session, where every node finds it.</summary>
internal sealed class Runs(AgentAuthDb db, IDataProtectionProvider protection, TimeProvider clock)
{
    private readonly IDataProtector _protector = protection.CreateProtector("AgentAuth.Playground.v1");

    public async Task<Found> FindAsync(Owner owner, CancellationToken stop)
    {
        var row = await db.PlaygroundRuns.AsNoTracking().FirstOrDefaultAsync(r => r.AccountId == owner.AccountId, stop);
        if (row is null)
        {
            return new(Standing.None);
        }
        if (row.EndsAt <= clock.GetUtcNow())
        {
            return new(Standing.Over);
        }
        return row.SessionId != owner.SessionId ? new(Standing.Elsewhere)
            : Open(row.Sealed, owner) is { } run ? new(Standing.Open, run, row.Version, row.EndsAt)
            : new(Standing.Over); // what sealed it is gone
    }

    /// <summary>In the place of the one before. False when another browser of the same person was faster.</summary>
    public async Task<bool> BeginAsync(Run run, Owner owner, CancellationToken stop)
    {
        var row = await db.PlaygroundRuns.FirstOrDefaultAsync(r => r.AccountId == owner.AccountId, stop);
        if (row is null)
        {
            row = new() { AccountId = owner.AccountId, SessionId = owner.SessionId, Sealed = "" };
            db.Add(row);
        }
        (row.SessionId, row.Sealed, row.EndsAt) = (owner.SessionId, Seal(run, owner), clock.GetUtcNow() + PlaygroundRun.Lifetime);
        row.Version++;
        try
        {
            await db.SaveChangesAsync(stop);
            return true;
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            db.ChangeTracker.Clear();
            return false;
        }
    }

    /// <summary>Null when another step was taken since it was found: then nothing is written.</summary>
    public async Task<Found?> WriteAsync(Found found, Run run, Owner owner, CancellationToken stop)
    {
        var text = Seal(run, owner);
        var written = await Own(owner).Where(r => r.Version == found.Version)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.Sealed, text).SetProperty(x => x.Version, found.Version + 1), stop);
        return written == 1 ? found with { Run = run, Version = found.Version + 1 } : null;
    }

    public Task ForgetAsync(Owner owner, CancellationToken stop) => Own(owner).ExecuteDeleteAsync(stop);

    private IQueryable<PlaygroundRun> Own(Owner owner) =>
        db.PlaygroundRuns.Where(r => r.AccountId == owner.AccountId && r.SessionId == owner.SessionId);

    private string Seal(Run run, Owner owner) => _protector.CreateProtector(owner.Purpose).Protect(JsonSerializer.Serialize(run));

    private Run? Open(string text, Owner owner)
    {
        try
        {
            return JsonSerializer.Deserialize<Run>(_protector.CreateProtector(owner.Purpose).Unprotect(text));
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>Whose run it is: a person, in one browser.</summary>
internal sealed record Owner(Guid AccountId, string SessionId)
{
    public string Purpose => $"{AccountId:D} {SessionId}";
}
