using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace AgentAuth.EndToEnd.Support;

/// <summary>Demo Mail as an agent sees it with one access token: tool calls, answered or refused.</summary>
internal sealed class Mailbox(string resource, string accessToken)
{
    public async Task<HttpStatusCode> TryAsync(string tool)
    {
        using var answer = await SendAsync(tool);
        return answer.StatusCode;
    }

    public Task IsRefusedAsync(TimeSpan within) => Poll.UntilAsync(
        async () => await TryAsync("list_messages") == HttpStatusCode.Unauthorized, within, () => "The agent still reads mail.");

    /// <summary>Calls a tool that must work, and hands back its text.</summary>
    public async Task<string> CallAsync(string tool, object? arguments = null)
    {
        using var answer = await SendAsync(tool, arguments);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(
            answer.StatusCode == HttpStatusCode.OK, $"{tool} answered {(int)answer.StatusCode} {answer.Headers.WwwAuthenticate}: {text}");
        using var message = JsonDocument.Parse(answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? DataOf(text) : text);
        Assert.True(message.RootElement.TryGetProperty("result", out var result), $"{tool} answered {text}");
        return result.GetProperty("content")[0].GetProperty("text").GetString()!;
    }

    private static string DataOf(string stream) => string.Concat(stream
        .Split('\n')
        .Where(line => line.StartsWith("data:", StringComparison.Ordinal))
        .Select(line => line[5..].Trim()));

    private async Task<HttpResponseMessage> SendAsync(string tool, object? arguments = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, resource)
        {
            Content = JsonContent.Create(new
            {
                jsonrpc = "2.0",
                id = 1,
                method = "tools/call",
                @params = new { name = tool, arguments = arguments ?? new { } },
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        return await Web.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
