using AgentAuth.ResourceServer.Tests.Support;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentAuth.ResourceServer.Tests.Mcp;

public sealed class SdkClientTests
{
    [Fact]
    public async Task The_official_client_lists_messages()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        await using var client = await ConnectAsync(samples.Mail, samples.MailToken());

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var result = await client.CallToolAsync("list_messages", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            "delete_message list_messages send_message whoami",
            string.Join(' ', tools.Select(tool => tool.Name).Order(StringComparer.Ordinal)));
        Assert.NotEqual(true, result.IsError);
        Assert.Contains("Your cake is ready", Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_official_client_hears_that_a_scope_is_missing()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        await using var client = await ConnectAsync(samples.Files, samples.FilesToken());

        var listed = await client.CallToolAsync("list_files", cancellationToken: TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(async () => await client.CallToolAsync(
            "write_file",
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = "a", ["text"] = "b" },
            cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("shopping.txt", Text(listed), StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static Task<McpClient> ConnectAsync(string endpoint, string token)
    {
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(endpoint),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = $"Bearer {token}" },
        });
        return McpClient.CreateAsync(transport, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static string Text(CallToolResult result) =>
        string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
