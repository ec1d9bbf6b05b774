using System.Buffers.Binary;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Features.SignIn;

/// <summary>The product's own hash: everywhere else in these tests it is a cheap one.</summary>
public sealed class PasswordHashTests
{
    private const byte NamesItsOwnCost = 1; // the first byte of ASP.NET Core Identity's third format
    private const uint HmacSha512 = 2;

    [Fact]
    public async Task A_password_is_kept_as_PBKDF2_with_SHA_512_and_210000_iterations()
    {
        var store = Store.New();
        await using var product = Program.Build([.. store.Settings()]);
        await using var scope = product.Services.CreateAsyncScope();
        var hasher = scope.ServiceProvider.GetRequiredService<IPasswordHasher<Account>>();

        var hash = Convert.FromBase64String(hasher.HashPassword(Account.For(People.Alice, TimeProvider.System), People.Password));

        Assert.Equal(NamesItsOwnCost, hash[0]);
        Assert.Equal(HmacSha512, BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)));
        Assert.Equal(210_000u, BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)));
        Directory.Delete(store.Folder, recursive: true);
    }
}
