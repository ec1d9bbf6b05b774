using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace AgentAuth.Server.Model;

/// <summary>How much of a grant's daily limit is used up. A day is one of UTC.</summary>
internal sealed class BudgetUse
{
    public Guid GrantId { get; init; }

    /// <summary>Midnight, UTC.</summary>
    public DateTimeOffset Day { get; init; }

    public int Used { get; set; }

    /// <summary>A grant that takes another's place goes on with what was used of today: a tighter limit must not begin anew.</summary>
    public static async Task CarryAsync(AgentAuthDb db, Guid from, Guid to, DateTimeOffset now, CancellationToken stop)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        if (await db.BudgetUses.Where(u => u.GrantId == from && u.Day == today).Select(u => u.Used).FirstOrDefaultAsync(stop)
            is > 0 and var used)
        {
            db.Add(new BudgetUse { GrantId = to, Day = today, Used = used });
        }
    }

    internal static void Map(EntityTypeBuilder<BudgetUse> use)
    {
        use.ToTable("BudgetUses");
        use.HasKey(u => new { u.GrantId, u.Day });
        use.HasIndex(u => u.Day);
        use.HasOne<Grant>().WithMany().HasForeignKey(u => u.GrantId).OnDelete(DeleteBehavior.Cascade);
    }
}
