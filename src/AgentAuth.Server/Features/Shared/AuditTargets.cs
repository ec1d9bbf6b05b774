using AgentAuth.Server.Model;

namespace AgentAuth.Server.Features.Shared;

/// <summary>How the audit names what was acted on: by what never changes first, then by what people know it as.</summary>
internal static class AuditTargets
{
    public static string ForAudit(this Account account) => $"account {account.Id:D} {account.Email}";

    public static string ForAudit(this Client client) => $"client {client.ClientId}";

    public static string ForAudit(this Resource resource) => $"resource {resource.Identifier}";
}
