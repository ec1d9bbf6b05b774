using Microsoft.AspNetCore.Identity;

namespace AgentAuth.Server.Model;

internal sealed class Role : IdentityRole<Guid>
{
    public const string Administrator = "administrator";
    public const string Developer = "developer";

    public static Role Named(string name) => new() { Id = Guid.CreateVersion7(), Name = name, NormalizedName = name.ToUpperInvariant() };
}
