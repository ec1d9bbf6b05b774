using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.EntityFrameworkCore.Models;

namespace AgentAuth.Server.Model;

/// <summary>A code or token issued. Reference tokens are stored hashed; a row never holds what was sent to the client.</summary>
internal sealed class Token : OpenIddictEntityFrameworkCoreToken<Guid, Client, Grant>
{
    internal static void Map(EntityTypeBuilder<Token> token)
    {
        token.ToTable("Tokens");
        token.HasIndex(t => t.ExpirationDate);
        // OpenIddict's index on client, status, subject and type serves queries nobody makes here, and costs each redemption a second
        // write.
        var unused = token.Metadata.GetIndexes().Single(i => i.Properties.Count == 4);
        token.Metadata.RemoveIndex(unused);
        token.HasIndex("ApplicationId");
    }
}
