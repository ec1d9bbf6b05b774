using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentAuth.Server.Specs;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentAuth.Demo.Agents;

/// <summary>An OAuth client and an MCP client: asks, hears the answer, keeps the access fresh, uses it.</summary>
internal sealed class AgentClient(Issuer issuer, string mcpUrl, IHttpMessageHandlerFactory handlers, TimeProvider clock)
{
    public const string Name = "demo-native";
    private const int Early = 10; // refreshed that many seconds before its end: a 401 then means the person ended it
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private readonly string _mail = $"{mcpUrl}/mail/mcp";
    private readonly string _redirect = $"{mcpUrl}/callback";

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Where to send the browser. Who has something already asks for that and what is missing, together.</summary>
    public string Ask(Visit visit)
    {
        var (state, verifier) = (NewSecret(), NewSecret());
        visit.Asked = (state, verifier);
        var mail = visit.Scopes.Union(visit.Missing, StringComparer.Ordinal).DefaultIfEmpty("mail.read");
        var scope = string.Join(' ', mail.Append("offline_access"));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var url = $"{issuer}/connect/authorize?response_type=code&client_id={Name}&redirect_uri={Uri.EscapeDataString(_redirect)}"
            + $"&resource={Uri.EscapeDataString(_mail)}&scope={Uri.EscapeDataString(scope)}"
            + $"&state={state}&code_challenge={challenge}&code_challenge_method=S256";
        visit.Note("The agent sent the browser to AgentAuth", url.Replace("&", "\n&", StringComparison.Ordinal));
        return url;
    }

    /// <summary>Takes an answer only to its own question, and only from the server it asked (RFC 9207 §2.4).</summary>
    public Task<Outcome> HearAsync(Visit visit, IQueryCollection answer)
    {
        var said = answer.Select(p => $"{p.Key}={(p.Key == "code" ? Mask(p.Value) : p.Value)}");
        visit.Note("AgentAuth sent the browser back", string.Join('\n', said));
        var state = Encoding.UTF8.GetBytes(answer["state"].ToString());
        if (visit.Asked is not { } asked || answer["iss"] != issuer.Value
            || !CryptographicOperations.FixedTimeEquals(state, Encoding.UTF8.GetBytes(asked.State)))
        {
            return Task.FromResult(Tell(visit, Outcome.Failed, "This answers no question of this agent: state or iss differ."));
        }
        visit.Asked = null;
        if (answer["error"] is [{ } error])
        {
            var outcome = error == "access_denied" ? Outcome.Cancelled : Outcome.Failed;
            return Task.FromResult(Tell(visit, outcome, $"{error}: {answer["error_description"]}"));
        }
        return BuyAsync(visit, Outcome.Failed, ("grant_type", "authorization_code"), ("code", answer["code"].ToString()),
            ("code_verifier", asked.Verifier), ("redirect_uri", _redirect));
    }

    /// <summary>What the tool says; null when it was not reached, and the visit knows why.</summary>
    public async Task<string?> CallAsync(Visit visit, string tool, params (string Name, string Value)[] arguments)
    {
        if (visit.Tokens?.Ends <= clock.GetUtcNow())
        {
            await BuyAsync(visit, Outcome.Removed, ("grant_type", "refresh_token"), ("refresh_token", visit.Tokens.Value.Refresh));
        }
        if (visit.Tokens is not { } tokens)
        {
            return null;
        }
        using var tap = new WireTap(visit, handlers.CreateHandler(Name));
        using var web = new HttpClient(tap, disposeHandler: false);
        web.DefaultRequestHeaders.Authorization = new("Bearer", tokens.Access);
        var options = new HttpClientTransportOptions { Endpoint = new(_mail), TransportMode = HttpTransportMode.StreamableHttp };
        try
        {
            await using var transport = new HttpClientTransport(options, web);
            await using var mcp = await McpClient.CreateAsync(transport);
            var result = await mcp.CallToolAsync(tool, arguments.ToDictionary(a => a.Name, a => (object?)a.Value, StringComparer.Ordinal));
            return result.Content.OfType<TextContentBlock>().First().Text;
        }
        catch (Exception refused) when (refused is HttpRequestException or McpException or IOException && tap.Refusal.Status > 0)
        {
            var (status, challenge) = tap.Refusal;
            var isShort = status == StatusCodes.Status403Forbidden;
            visit.Missing = isShort ? challenge.Split("scope=\"")[^1].Split('"')[0].Split(' ') : [];
            Tell(visit, isShort ? Outcome.NeedsMore : Outcome.Removed, $"{status} {(HttpStatusCode)status}\nWWW-Authenticate: {challenge}");
            return null;
        }
    }

    private async Task<Outcome> BuyAsync(Visit visit, Outcome ifRefused, params (string Name, string Value)[] form)
    {
        using var web = new HttpClient(handlers.CreateHandler(Name), disposeHandler: false);
        using var asked = new FormUrlEncodedContent(form.Append(("client_id", Name)).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        using var answer = await web.PostAsync($"{issuer}/connect/token", asked);
        var token = await answer.Content.ReadFromJsonAsync<JsonObject>() ?? [];
        var (access, refresh) = ((string?)token["access_token"] ?? "", (string?)token["refresh_token"] ?? "");
        (token["access_token"], token["refresh_token"]) = (Mask(access), Mask(refresh));
        visit.Note($"POST {issuer}/connect/token answered {(int)answer.StatusCode}", token.ToJsonString(Readable));
        if (!answer.IsSuccessStatusCode)
        {
            return Tell(visit, ifRefused, $"{token["error"]}: {token["error_description"]}");
        }
        visit.Note("What the access token says", JsonNode.Parse(Base64Url.DecodeFromChars(access.Split('.')[1]))!.ToJsonString(Readable));
        visit.Tokens = (access, refresh, clock.GetUtcNow().AddSeconds(((int?)token["expires_in"] ?? 0) - Early));
        visit.Scopes = [.. ((string?)token["scope"] ?? "").Split(' ').Where(s => s.StartsWith("mail.", StringComparison.Ordinal))];
        visit.Missing = [];
        return Outcome.Connected;
    }

    private static Outcome Tell(Visit visit, Outcome outcome, string detail)
    {
        if (outcome == Outcome.Removed)
        {
            (visit.Tokens, visit.Scopes, visit.Missing, visit.Messages) = (null, [], [], []);
        }
        visit.Last = (outcome, detail);
        return outcome;
    }

    private static string Mask(string? secret) => secret is { Length: > 12 } ? $"{secret[..6]}... ({secret.Length} characters)" : "...";
}
