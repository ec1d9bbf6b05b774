using System.Net;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

public sealed class PrivatePlacesTests
{
    [Theory]
    [InlineData("/metrics")]
    [InlineData("/swagger")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/health")]
    [InlineData("/.env")]
    [InlineData("/appsettings.json")]
    [InlineData("/agentauth.db")]
    [InlineData("/keys")]
    [Spec("AA-T127")]
    public async Task What_operators_see_is_not_public(string path)
    {
        await using var server = await AuthServer.StartAsync();

        using var response = await server.Browser().SendAsync(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
