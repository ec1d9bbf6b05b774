using System.Buffers.Text;
using System.Security.Cryptography;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>Questions put to people and their answers: each belongs to one session and one exact request, and is used once.</summary>
internal sealed class Interactions(AgentAuthDb db, TimeProvider clock)
{
    public const string Parameter = "interaction";

    private const int IdBytes = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    public async Task<Interaction> AskAsync(Person person, Access access, string redirectUri, string query, CancellationToken stop)
    {
        var interaction = new Interaction
        {
            Id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)),
            SessionId = person.SessionId,
            AccountId = person.AccountId,
            Query = query,
            ApplicationId = access.Client.Id,
            ResourceId = access.Resource.Id,
            RedirectHost = LoopbackRedirect.HostOf(redirectUri),
            Asked = string.Join(' ', access.Scopes),
            CreatedAt = clock.GetUtcNow(),
            EndsAt = clock.GetUtcNow() + Lifetime,
        };
        db.Add(interaction);
        await db.SaveChangesAsync(stop);
        return interaction;
    }

    /// <summary>The question as it was put to this session; null for anybody else, and when its time is over.</summary>
    public async Task<Interaction?> FindAsync(string? id, Person person, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return id is null ? null : await db.Interactions.FirstOrDefaultAsync(
            i => i.Id == id && i.SessionId == person.SessionId && i.AccountId == person.AccountId && i.EndsAt > now, stop);
    }

    /// <summary>The answer to exactly this request, once: of two requests that bring it, one gets it.</summary>
    public async Task<Interaction?> UseAnswerAsync(string? id, Person person, string query, CancellationToken stop)
    {
        if (await FindAsync(id, person, stop) is not { Decision: Decision.Allowed or Decision.Denied } interaction
            || interaction.Query != query)
        {
            return null;
        }
        var used = await db.Interactions
            .Where(i => i.Id == interaction.Id && i.Decision == interaction.Decision)
            .ExecuteUpdateAsync(i => i.SetProperty(x => x.Decision, Decision.Used), stop);
        return used == 1 ? interaction : null;
    }
}
