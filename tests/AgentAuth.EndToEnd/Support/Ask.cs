using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Web;

namespace AgentAuth.EndToEnd.Support;

/// <summary>One authorization request with its PKCE pair and its state.</summary>
internal sealed class Ask
{
    private readonly string _issuer;
    private readonly string _state = Chance();

    public Ask(string endpoint, string resource, string issuer, string scope, int port)
    {
        _issuer = issuer;
        RedirectUri = $"http://127.0.0.1:{port}/callback";
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
        Url = $"{endpoint}?" + FormFields.Query(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = Agent.ClientId,
            ["redirect_uri"] = RedirectUri,
            ["scope"] = scope,
            ["state"] = _state,
            ["code_challenge"] = challenge,
            ["code_challenge_method"] = "S256",
            ["resource"] = resource,
        });
    }

    public string Url { get; }

    public string RedirectUri { get; }

    public string Verifier { get; } = Chance();

    /// <summary>The code in an answer to this very request, from this very issuer (RFC 9207 §2.4).</summary>
    public string CodeFrom(Uri landing)
    {
        Assert.StartsWith(RedirectUri + "?", landing.AbsoluteUri, StringComparison.Ordinal);
        var answer = HttpUtility.ParseQueryString(landing.Query);
        Assert.Equal(_state, answer["state"]);
        Assert.Equal(_issuer, answer["iss"]);
        return answer["code"] ?? throw new Xunit.Sdk.XunitException($"There is no code in {landing}.");
    }

    private static string Chance() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
