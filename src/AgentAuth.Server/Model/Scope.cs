using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.EntityFrameworkCore.Models;

namespace AgentAuth.Server.Model;

/// <summary>What a permission lets an agent do at worst; the consent page groups by it.</summary>
internal enum Risk
{
    See = 0,
    Change = 1,
    Delete = 2,
    Spend = 3,
}

/// <summary>
/// A permission of one resource, in the resource's own words: <c>Description</c> is the sentence people read on the consent page.
/// Two resources may use the same scope name for different things.
/// </summary>
internal sealed class Scope : OpenIddictEntityFrameworkCoreScope<Guid>
{
    public const int MaxNameLength = 100;
    public const int MaxSentenceLength = 200;

    public Guid ResourceId { get; init; }

    public Risk Risk { get; set; }

    /// <summary>The resource is of no use without it: shown ticked and fixed.</summary>
    public bool IsRequired { get; set; }

    public int Position { get; set; }

    public static Scope Of(Resource resource, string name, Risk risk, string sentence) => new()
    {
        Id = Guid.CreateVersion7(),
        ResourceId = resource.Id,
        Name = name,
        Description = sentence,
        Risk = risk,
        Position = resource.Scopes.Count,
    };

    internal static void Map(EntityTypeBuilder<Scope> scope)
    {
        scope.ToTable("Scopes");
        scope.Property(s => s.Name).HasMaxLength(MaxNameLength);
        scope.Property(s => s.Description).HasMaxLength(MaxSentenceLength);
        scope.Property(s => s.Risk).HasConversion<string>().HasMaxLength(10);
        var byName = scope.Metadata.FindIndex(scope.Metadata.FindProperty(nameof(Name))!);
        scope.Metadata.RemoveIndex(byName!); // OpenIddict's scopes are global
        scope.HasIndex(s => new { s.ResourceId, s.Name }).IsUnique();
    }
}
