using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>What the consent page shows: proved facts in the resource's words, the client's claims marked as claims.</summary>
internal sealed record ConsentView(
    string Email, string ClientName, Trust Trust, string ClientHost, bool RunsHere, string RedirectHost,
    string ResourceName, string ResourceHost, IReadOnlyList<ConsentGroup> Groups)
{
    public static ConsentView Of(Interaction interaction, Account account, Client client, Resource resource, Grant? before)
    {
        var runsHere = interaction.RedirectHost == "localhost";
        return new(
            account.Email!, client.Name, runsHere ? Trust.RunsOnThisComputer : client.Trust, interaction.RedirectHost, runsHere,
            interaction.RedirectHost, resource.Name, resource.Host, GroupsOf(interaction, client, resource, before));
    }

    private static List<ConsentGroup> GroupsOf(Interaction interaction, Client client, Resource resource, Grant? before)
    {
        var rows = interaction.AskedScopes.Select(name => Row(name, client, resource, before)).ToList();
        return rows.GroupBy(r => r.Group).OrderBy(g => g.Key).Select(g => new ConsentGroup(g.Key, [.. g.OrderBy(r => r.Position)])).ToList();
    }

    private static ConsentRow Row(string name, Client client, Resource resource, Grant? before)
    {
        var isNew = before is not null && !before.AllowedScopes.Contains(name, StringComparer.Ordinal);
        if (IdentityScopes.Contains(name))
        {
            var group = name == Scopes.OfflineAccess ? ScopeGroup.Stay : ScopeGroup.See;
            return new(name, null, group, name == Scopes.OpenId, IsTicked: true, isNew, Position: -1);
        }
        var scope = resource.Scopes.First(s => s.Name == name);
        var risky = scope.Risk is Risk.Delete or Risk.Spend;
        return new(name, scope.Description, (ScopeGroup)scope.Risk, scope.IsRequired,
            IsTicked: scope.IsRequired || !risky || client.Trust == Trust.VerifiedPublisher, isNew, scope.Position);
    }
}

/// <summary>The order of the groups on the page; the first four are <see cref="Risk"/>'s.</summary>
internal enum ScopeGroup
{
    See = 0,
    Change = 1,
    Delete = 2,
    Spend = 3,
    Stay = 4,
}

internal sealed record ConsentGroup(ScopeGroup Kind, IReadOnlyList<ConsentRow> Rows);

/// <summary>One permission. <c>Sentence</c> is null for the scopes that are about the person, whose words are ours.</summary>
internal sealed record ConsentRow(
    string Name, string? Sentence, ScopeGroup Group, bool IsRequired, bool IsTicked, bool IsNew, int Position);
