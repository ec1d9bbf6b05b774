using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Rfc8707Audience;

public sealed class AudienceTests
{
    [Theory]
    [InlineData("https://api.test/files")]
    [InlineData("https://api.test/mail/")]
    [InlineData("https://api.test/mail/mcp")]
    [InlineData("https://api.test/Mail")]
    [InlineData("https://API.test/mail")]
    [InlineData("https://api.test")]
    [InlineData("https://api.test:443/mail")]
    [InlineData("http://api.test/mail")]
    [InlineData("*")]
    [InlineData("claude")]
    public async Task A_token_for_another_resource_is_refused(string audience)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync(issuer.Mint(audience));

        Assert.Equal(401, answer.Status);
        Assert.Contains("another resource", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_developer_is_told_what_the_token_is_for_and_what_to_ask()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync(issuer.Mint("https://api.test/files"));

        Assert.Equal(401, answer.Status);
        const string words = $"The token is for another resource: https://api.test/files. This is {MailApi.Identifier}. "
            + $"Ask for a token with resource={MailApi.Identifier}.";
        Assert.Contains($"error_description=\"{words}\"", answer.Challenge, StringComparison.Ordinal);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
    }

    /// <summary>What could end the quoted text, and what would fill the header, is not repeated.</summary>
    [Theory]
    [InlineData("a\", scope=\"everything")]
    [InlineData("a\\")]
    [InlineData("a b")]
    [InlineData("a\r\nSet-Cookie: b=c")]
    [InlineData("\u00e9t\u00e9")]
    [InlineData(null)]
    public async Task An_odd_audience_is_not_repeated(string? audience)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync(issuer.Mint(audience ?? new string('a', 201)));

        Assert.Equal(401, answer.Status);
        Assert.Contains($"\"The token is for another resource. This is {MailApi.Identifier}. ", answer.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_of_several_audiences_suffices()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var token = issuer.Mint("", claims: claims => claims["aud"] = new JsonArray("https://api.test/files", MailApi.Identifier));

        Assert.Equal(200, (await api.OpenAsync(token)).Status);
    }

    [Fact]
    public async Task A_token_for_mail_is_worth_nothing_at_files()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await samples.Agent.CallToolAsync("/files/mcp", samples.MailToken("files.read"), "list_files");

        Assert.Equal(401, answer.Status);
        Assert.Contains("/.well-known/oauth-protected-resource/files/mcp\"", answer.Challenge, StringComparison.Ordinal);
    }
}
