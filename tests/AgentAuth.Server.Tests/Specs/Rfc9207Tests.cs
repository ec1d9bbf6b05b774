using System.Text.Json;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

public sealed class Rfc9207Tests
{
    [Theory]
    [InlineData("http://localhost:5100")]
    [InlineData("http://127.0.0.1:5111")]
    [InlineData("https://id.example.test")]
    [InlineData("https://id.example.test:8443/tenant/one")]
    [Spec("RFC 9207", "2")]
    [Spec("AA-T014")]
    public async Task The_answer_names_the_issuer_as_the_metadata_does(string issuer)
    {
        await using var server = await AuthServer.StartAsync(host => host.UseIssuer(issuer));
        var path = new Uri(issuer).AbsolutePath.TrimEnd('/');
        var http = server.Http();
        var metadata = JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync(path + "/.well-known/openid-configuration"));
        var agent = Agent.Web(server);

        using var response = await http.GetAsync(path + agent.AskFor("nonsense"));

        var location = response.Headers.Location!.OriginalString;
        var answer = System.Web.HttpUtility.ParseQueryString(location[location.IndexOf('?', StringComparison.Ordinal)..]);
        Assert.StartsWith("https://client.demo.test/callback?", location, StringComparison.Ordinal);
        Assert.Equal(issuer, metadata.GetProperty("issuer").GetString());
        Assert.Equal(issuer, answer["iss"]);
        Assert.Equal("invalid_scope", answer["error"]);
        Assert.True(metadata.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
    }

    [Fact]
    [Spec("RFC 9207", "2")]
    [Spec("AA-T016")]
    public async Task Nothing_in_the_answer_comes_twice()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = Agent.Web(server);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("mail.read", ("iss", "https://e.test"), ("code", "evil")));
        await alice.PressAsync("Allow");

        var names = alice.Left!.Query.TrimStart('?').Split('&').Select(p => p.Split('=')[0]).ToList();
        Assert.Equal(["code", "iss", "state"], names.Order(StringComparer.Ordinal));
        Assert.NotEqual("evil", alice.Answer["code"]);
    }
}
