using Microsoft.AspNetCore.Http;

namespace AgentAuth.ResourceServer.Rfc6750Bearer;

/// <summary>Finds the token of a request: in the Authorization header and nowhere else (RFC 6750 §2.1, OAuth 2.1 §5.1).</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer";

    public static OrRefusal<string> Read(HttpRequest request)
    {
        // Query strings end up in logs and Referer headers: who sends a token there must learn it at once, even beside a good header.
        if (request.Query.ContainsKey("access_token"))
        {
            return Refusal.Malformed("Access tokens are not accepted in the query.");
        }

        var headers = request.Headers.Authorization;
        if (headers.Count > 1)
        {
            return Refusal.Malformed("There is more than one Authorization header.");
        }

        var header = headers.ToString();
        var schemeEnd = header.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var blank ? blank : header.Length;
        if (!header.AsSpan(0, schemeEnd).Equals(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Refusal.NoToken;
        }

        var token = header[schemeEnd..].TrimStart(' ');
        return token.Length == 0 || token.AsSpan().ContainsAny(' ', ',', '\t')
            ? Refusal.Malformed("The Authorization header must hold the word Bearer and one token.")
            : token;
    }
}
