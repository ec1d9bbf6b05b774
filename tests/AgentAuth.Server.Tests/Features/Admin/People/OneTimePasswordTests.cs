using AgentAuth.Server.Features.Admin.People;

namespace AgentAuth.Server.Tests.Features.Admin.People;

public sealed class OneTimePasswordTests
{
    [Fact]
    public void Each_password_is_long_and_another()
    {
        var passwords = Enumerable.Range(0, 100).Select(_ => OneTimePassword.New()).ToList();

        Assert.Equal(100, passwords.Distinct(StringComparer.Ordinal).Count());
        Assert.All(passwords, p => Assert.True(p.Length >= 20));
    }
}
