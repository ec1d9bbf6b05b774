using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Specs.Uts39Confusables;

/// <summary>The names that are trusted at this server, beside those known everywhere: its publishers' and its resources' own.</summary>
internal sealed class TrustedNames(AgentAuthDb db, Issuer issuer)
{
    private const int MostPublishers = 500;

    /// <summary>As people would meet it: at its document's host, else at the first that its answers go to.</summary>
    public Task<Likeness?> LikenessOfAsync(Client client, CancellationToken stop) => LikenessOfAsync(client, HostOf(client), stop);

    /// <summary>Null when all of it is on people's computers.</summary>
    public static string? HostOf(Client client) => client.Origin == Origin.ByDocument
        ? HostOf(client.ClientId!).FirstOrDefault()
        : HostsOf(client.RedirectUris).FirstOrDefault(h => !LoopbackRedirect.IsHere(h));

    /// <summary>Null when it cannot be taken for another; or when somebody here vouches for it by name.</summary>
    public async Task<Likeness?> LikenessOfAsync(Client client, string? host, CancellationToken stop) =>
        IsVouchedFor(client) ? null : Likeness.Find(new(client.Name, host), await ReadAsync(client.Id, stop));

    /// <summary>The same for what is no client yet.</summary>
    public async Task<Likeness?> LikenessOfAsync(string name, string? host, CancellationToken stop) =>
        Likeness.Find(new(name, host), await ReadAsync(Guid.Empty, stop));

    /// <summary>An administrator wrote its name down, or verified who does.</summary>
    public static bool IsVouchedFor(Client client) =>
        client.Trust == Trust.VerifiedPublisher || (client.Origin == Origin.ByAdministrator && client.OwnerId is null);

    private async Task<IReadOnlyList<KnownName>> ReadAsync(Guid but, CancellationToken stop)
    {
        var resources = await db.Resources.AsNoTracking().Where(r => !r.IsIdentity).Select(r => new { r.Name, r.Identifier })
            .ToListAsync(stop);
        var publishers = await db.Clients.AsNoTracking()
            .Where(c => c.Trust == Trust.VerifiedPublisher && c.Id != but && c.BlockedAt == null)
            .OrderBy(c => c.CreatedAt).Take(MostPublishers)
            .Select(c => new { c.DisplayName, c.ClientId, c.RedirectUris }).ToListAsync(stop);
        return
        [
            .. resources.Select(r => new KnownName(r.Name, [issuer.Uri.Host, new Uri(r.Identifier).Host])),
            .. publishers.Where(p => !string.IsNullOrWhiteSpace(p.DisplayName))
                .Select(p => new KnownName(p.DisplayName!, [.. HostsOf(p.RedirectUris).Concat(HostOf(p.ClientId!))])),
        ];
    }

    private static IEnumerable<string> HostsOf(string? redirects) =>
        (string.IsNullOrEmpty(redirects) ? [] : JsonSerializer.Deserialize<string[]>(redirects) ?? []).SelectMany(HostOf);

    private static IEnumerable<string> HostOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" ? [uri.IdnHost] : [];
}
