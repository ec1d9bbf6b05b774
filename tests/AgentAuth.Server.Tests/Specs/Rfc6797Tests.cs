using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>HTTP Strict Transport Security, where it does no harm.</summary>
public sealed class Rfc6797Tests
{
    [Theory]
    [InlineData("https://id.example.com", "max-age=31536000")]
    [InlineData("https://localhost:5001", null)] // HSTS knows no ports: it would break every other program on this computer
    [InlineData(AuthServer.Issuer, null)]
    [Spec("AA-T119")]
    public async Task Browsers_are_told_to_come_by_https_only_where_that_is_all_there_is(string issuer, string? said)
    {
        await using var server = await AuthServer.StartAsync(host => host.UseIssuer(issuer));

        using var page = await server.Browser().SendAsync(HttpMethod.Get, "/sign-in");
        using var nothing = await server.Browser().SendAsync(HttpMethod.Get, "/nothing-here");

        Assert.Equal(said, page.Headers.TryGetValues("Strict-Transport-Security", out var values) ? values.Single() : null);
        Assert.Equal(said, nothing.Headers.TryGetValues("Strict-Transport-Security", out var others) ? others.Single() : null);
    }
}
