using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Rfc9728ProtectedResource;

public sealed class MetadataTests
{
    private const string Root = "/.well-known/oauth-protected-resource";

    [Fact]
    public async Task Both_forms_say_the_same_byte_by_byte()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer, o => o.ResourceDocumentation = "https://docs.test/mail");

        var inserted = await api.Agent.GetAsync($"{Root}/mail");
        var root = await api.Agent.GetAsync(Root);

        Assert.Equal(200, inserted.Status);
        Assert.Equal("application/json", inserted.ContentType);
        Assert.Equal(
            $$"""
            {"resource":"https://api.test/mail","authorization_servers":["{{issuer.Issuer}}"],"scopes_supported":["mail.read","mail.send"],
            "bearer_methods_supported":["header"],"resource_name":"Mail","resource_documentation":"https://docs.test/mail"}
            """.ReplaceLineEndings(""),
            inserted.Text);
        Assert.Equal(inserted.Text, root.Text);
    }

    [Fact]
    public async Task The_address_in_the_challenge_is_where_the_document_is()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var refused = await samples.Agent.PostAsync("/files/mcp", token: null, "{}");
        var address = refused.Challenge.Split("resource_metadata=\"")[1].TrimEnd('"');
        var document = await samples.Agent.GetAsync(address);

        Assert.Equal("Bearer scope=\"files.read\", " + $"resource_metadata=\"{address}\"", refused.Challenge);
        Assert.Equal(samples.Files, (string?)document.Json["resource"]);
        Assert.Equal(issuer.Issuer, (string?)document.Json["authorization_servers"]?[0]);
        Assert.Equal("Demo Files", (string?)document.Json["resource_name"]);
    }

    [Fact]
    public async Task Of_several_resources_the_first_one_has_the_root_form()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var mail = await samples.Agent.GetAsync($"{Root}/mail/mcp");
        var root = await samples.Agent.GetAsync(Root);
        var nothing = await samples.Agent.GetAsync($"{Root}/other");

        Assert.Equal(samples.Mail, (string?)mail.Json["resource"]);
        Assert.Equal(mail.Text, root.Text);
        Assert.Equal(404, nothing.Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Who_looks_for_the_challenge_without_speaking_finds_it(string method)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var probed = await samples.Agent.SendAsync(new HttpMethod(method), "/mail/mcp", token: null);
        var known = await samples.Agent.SendAsync(new HttpMethod(method), "/mail/mcp", samples.MailToken());

        Assert.Equal(401, probed.Status);
        Assert.StartsWith("Bearer scope=\"mail.read\", resource_metadata=", probed.Challenge, StringComparison.Ordinal);
        Assert.Equal(405, known.Status);
    }

    [Fact]
    public async Task Web_clients_of_any_origin_may_read_it()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var read = await api.Agent.GetAsync(Root, with: request => request.Headers.Add("Origin", "https://app.test"));
        var asked = await api.Agent.SendAsync(HttpMethod.Options, Root, token: null, request =>
        {
            request.Headers.Add("Origin", "https://app.test");
            request.Headers.Add("Access-Control-Request-Method", "GET");
        });
        var written = await api.Agent.PostAsync(Root, token: null, "{}");

        Assert.Equal("*", read.Header("Access-Control-Allow-Origin"));
        Assert.Equal(204, asked.Status);
        Assert.Equal("*", asked.Header("Access-Control-Allow-Origin"));
        Assert.Equal(405, written.Status);
    }
}
