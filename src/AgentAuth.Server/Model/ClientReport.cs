using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>A person says that a client is not what it seems; one person counts once.</summary>
internal sealed class ClientReport
{
    public Guid ApplicationId { get; init; }

    public Guid AccountId { get; init; }

    public DateTimeOffset At { get; init; }

    internal static void Map(EntityTypeBuilder<ClientReport> report)
    {
        report.ToTable("ClientReports");
        report.HasKey(r => new { r.ApplicationId, r.AccountId });
        report.HasOne<Client>().WithMany().HasForeignKey(r => r.ApplicationId).OnDelete(DeleteBehavior.Cascade);
        report.HasOne<Account>().WithMany().HasForeignKey(r => r.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
