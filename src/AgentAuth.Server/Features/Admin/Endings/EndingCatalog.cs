using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Endings;

/// <summary>Everything that can be ended here. Each names exactly one row; what is not found is nothing, never all.</summary>
internal sealed class EndingCatalog(AgentAuthDb db, Revoker revoker, TimeProvider clock, Guid adminId)
{
    public Task<Ending?> FindAsync(string kind, Guid id, CancellationToken stop) => kind switch
    {
        "grant" => GrantAsync(id, stop),
        "person" => PersonAsync(id, stop),
        "sessions" => SessionsAsync(id, stop),
        "disable" => DisableAsync(id, stop),
        "client" => ClientAsync(id, stop),
        "block" => BlockAsync(id, stop),
        "resource" => ResourceAsync(id, stop),
        "scope" => ScopeAsync(id, stop),
        _ => Task.FromResult<Ending?>(null),
    };

    private async Task<Ending?> GrantAsync(Guid id, CancellationToken stop)
    {
        if (await db.Grants.Include(g => g.Application).SingleOrDefaultAsync(g => g.Id == id, stop) is not { } grant)
        {
            return null;
        }
        return new("End this grant", "The agent stops at once. The person may allow it again.", grant.Application!.Name,
            "/Admin/Grants/Grant", id, db.Grants.Where(g => g.Id == id),
            (reason, actor, stopping) => revoker.EndGrantAsync(id, "grant.end", reason, actor, stopping))
        {
            Identifier = grant.Application.ClientId,
            Obstacle = grant.EndedAt is null ? null : "This grant has ended already.",
        };
    }

    private async Task<Ending?> PersonAsync(Guid id, CancellationToken stop)
    {
        if (await db.Users.SingleOrDefaultAsync(a => a.Id == id, stop) is not { } account)
        {
            return null;
        }
        var grants = db.Grants.Where(g => g.AccountId == id);
        return new("End all grants of this person", "No agent acts for them any more. They may allow agents again.", account.Email!,
            "/Admin/People/Person", id, grants,
            (reason, actor, stopping) => revoker.EndGrantsAsync(grants, "account.end-grants", account.ForAudit(), reason, actor, stopping));
    }

    private async Task<Ending?> SessionsAsync(Guid id, CancellationToken stop)
    {
        if (await db.Users.SingleOrDefaultAsync(a => a.Id == id, stop) is not { } account)
        {
            return null;
        }
        return new("Sign this person out everywhere", "Every browser must sign in again. Agents are not touched.", account.Email!,
            "/Admin/People/Person", id, db.Grants.Where(_ => false), SignOutAsync)
        {
            Sessions = db.Sessions.Where(s => s.AccountId == id),
        };

        async Task SignOutAsync(string reason, Actor actor, CancellationToken stopping)
        {
            await EndSessionsAsync(account, stopping);
            revoker.Audit("account.end-sessions", account.ForAudit(), reason, actor);
            await db.SaveChangesAsync(stopping);
        }
    }

    private async Task<Ending?> DisableAsync(Guid id, CancellationToken stop)
    {
        if (await db.Users.SingleOrDefaultAsync(a => a.Id == id, stop) is not { } account)
        {
            return null;
        }
        var grants = db.Grants.Where(g => g.AccountId == id);
        return new("Disable this person", "They cannot sign in, and no agent acts for them any more.", account.Email!,
            "/Admin/People/Person", id, grants, DisableAndEndAsync)
        {
            Sessions = db.Sessions.Where(s => s.AccountId == id),
            Obstacle = await WhyNotDisableAsync(account, stop),
        };

        async Task DisableAndEndAsync(string reason, Actor actor, CancellationToken stopping)
        {
            if (!await Administrators.RemainWithoutAsync(db, id, stopping))
            {
                throw new DbUpdateConcurrencyException("Another administrator was taken away at the same moment.");
            }
            await db.TakeAccountAsync(id, stopping);
            account.Disable(clock);
            await EndSessionsAsync(account, stopping);
            await revoker.EndGrantsAsync(grants, "account.disable", account.ForAudit(), reason, actor, stopping);
        }
    }

    private async Task<string?> WhyNotDisableAsync(Account account, CancellationToken stop)
    {
        if (account.Id == adminId)
        {
            return "You cannot disable yourself. Ask another administrator.";
        }
        return await Administrators.AnyButAsync(db, account.Id, stop) ? null : Administrators.LastOne;
    }

    private async Task EndSessionsAsync(Account account, CancellationToken stop)
    {
        account.SecurityStamp = Guid.CreateVersion7().ToString();
        await revoker.EndSessionsAsync(db.Sessions.Where(s => s.AccountId == account.Id), stop);
    }

    private async Task<Ending?> ClientAsync(Guid id, CancellationToken stop)
    {
        if (await db.Clients.SingleOrDefaultAsync(c => c.Id == id, stop) is not { } client)
        {
            return null;
        }
        return new("End all grants of this agent, for everyone", "Its tokens die at once. People may allow it again.", client.Name,
            "/Admin/Clients/Client", id, db.Grants.Where(g => g.ApplicationId == id),
            (reason, actor, stopping) => revoker.EndClientAsync(client, "client.end-grants", reason, actor, stopping))
        {
            Identifier = client.ClientId,
            Services = db.Clients.Where(c => c.Id == id).ActingForThemselves(),
        };
    }

    private async Task<Ending?> BlockAsync(Guid id, CancellationToken stop)
    {
        if (await db.Clients.SingleOrDefaultAsync(c => c.Id == id, stop) is not { } client)
        {
            return null;
        }
        return new("Block this agent", "Nobody may connect it any more, all its grants end and its tokens die at once.", client.Name,
            "/Admin/Clients/Client", id, db.Grants.Where(g => g.ApplicationId == id), BlockAndEndAsync)
        {
            Identifier = client.ClientId,
            Services = db.Clients.Where(c => c.Id == id).ActingForThemselves(),
            Obstacle = client.BlockedAt is null ? null : "This agent is blocked already.",
        };

        Task BlockAndEndAsync(string reason, Actor actor, CancellationToken stopping)
        {
            client.Block(clock);
            return revoker.EndClientAsync(client, "client.block", reason, actor, stopping);
        }
    }

    private async Task<Ending?> ResourceAsync(Guid id, CancellationToken stop)
    {
        if (await db.Resources.SingleOrDefaultAsync(r => r.Id == id, stop) is not { } resource)
        {
            return null;
        }
        var grants = db.Grants.Where(g => g.ResourceId == id);
        var services = db.Clients.ActingForThemselves().AskingFor(resource);
        return new("Withdraw this resource", "All grants for it end, nobody can ask for it any more, and its own account is blocked.",
            resource.Name, "/Admin/Resources/Resource", id, grants, WithdrawAsync)
        {
            Identifier = resource.Identifier,
            Services = services,
            Obstacle = resource.IsIdentity ? "People sign in with this one; it cannot be withdrawn." : null,
        };

        async Task WithdrawAsync(string reason, Actor actor, CancellationToken stopping)
        {
            await db.TakeResourceAsync(id, stopping);
            var taken = await revoker.TakeAsync(services, stopping);
            foreach (var scope in await db.Scopes.Where(s => s.ResourceId == id).ToListAsync(stopping))
            {
                await db.Clients.StopAskingForAsync(resource, scope.Name!, stopping);
                db.Remove(scope);
            }
            if (await db.Clients.SingleOrDefaultAsync(c => c.ClientId == resource.AccountClientId, stopping) is { } own)
            {
                own.Block(clock);
                resource.AccountClientId = null;
            }
            await revoker.EndGrantsAsync(grants, "resource.withdraw", resource.ForAudit(), reason, actor, stopping);
            await revoker.EndOwnTokensAsync(taken, stopping);
        }
    }

    /// <summary>
    /// A permission cannot be taken out of tokens that are on their way, so the grants that allow it end as a whole. Should it be written
    /// again under the same name, nobody has it until they are asked.
    /// </summary>
    private async Task<Ending?> ScopeAsync(Guid id, CancellationToken stop)
    {
        if (await db.Scopes.SingleOrDefaultAsync(s => s.Id == id, stop) is not { } scope)
        {
            return null;
        }
        var resource = await db.Resources.SingleAsync(r => r.Id == scope.ResourceId, stop);
        var allowed = $"\"{scope.Name}\"";
        var grants = db.Grants.Where(g => g.ResourceId == resource.Id && g.Scopes!.Contains(allowed));
        var services = db.Clients.ActingForThemselves().AskingFor(resource, scope.Name!);
        return new("Remove this permission", "All grants that allow it end as a whole, and no agent can ask for it any more. People may "
            + "allow the rest again.", scope.Name!, "/Admin/Resources/Resource", resource.Id, grants, RemoveAsync)
        {
            Identifier = resource.Identifier,
            Services = services,
        };

        async Task RemoveAsync(string reason, Actor actor, CancellationToken stopping)
        {
            await db.TakeResourceAsync(resource.Id, stopping);
            var taken = await revoker.TakeAsync(services, stopping);
            await db.Clients.StopAskingForAsync(resource, scope.Name!, stopping);
            db.Remove(scope);
            await revoker.EndGrantsAsync(grants, "scope.remove", $"{resource.ForAudit()} {scope.Name}", reason, actor, stopping);
            await revoker.EndOwnTokensAsync(taken, stopping);
        }
    }
}
