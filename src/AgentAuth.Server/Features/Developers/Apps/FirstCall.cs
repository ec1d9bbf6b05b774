using System.Text.Encodings.Web;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>Everything the examples need, filled in: whoever copies them changes nothing but what only they can know.</summary>
internal sealed record FirstCall(Connecting At, string ClientId, string RedirectUri, AppProof Proof)
{
    /// <summary>Where a program waits for its answer. The port of a native app is not compared (RFC 8252 §7.3).</summary>
    private const int Port = 7890;

    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where no app is registered yet: the capitals are to be replaced.</summary>
    public static FirstCall Anyones(Connecting at) => new(at, "CLIENT_ID", $"http://127.0.0.1:{Port}/callback", AppProof.None);

    public static FirstCall Of(Connecting at, Client client, Registered registered, ClientMetadata? metadata) => new(
        at, client.ClientId!, RedirectOf(registered),
        metadata is { HasSecret: true } ? AppProof.Secret
            : metadata?.Keys is not null || metadata?.KeysUri is not null ? AppProof.Key : AppProof.None);

    public string Resource => At.Example;

    /// <summary>Enough to look: what only sees, and what the resource is of no use without. A first call should harm nothing.</summary>
    public string Scope
    {
        get
        {
            var scopes = At.Chosen?.Scopes.OrderBy(s => s.Position).ToList() ?? [];
            var harmless = scopes.Where(s => s.Risk == Risk.See || s.IsRequired).ToList();
            return string.Join(' ', (harmless.Count > 0 ? harmless : scopes.Take(1)).Select(s => s.Name));
        }
    }

    /// <summary>In one line, for the shell: the three that are new with each attempt are its variables.</summary>
    public string AuthorizeUrl => At.Issuer.At(Endpoints.Authorize)
        + "?response_type=code"
        + $"&client_id={Uri.EscapeDataString(ClientId)}&redirect_uri={Uri.EscapeDataString(RedirectUri)}"
        + (Scope.Length > 0 ? $"&scope={Uri.EscapeDataString(Scope)}" : "")
        + $"&resource={Uri.EscapeDataString(Resource)}"
        + "&state=$STATE&code_challenge=$CHALLENGE&code_challenge_method=S256";

    /// <summary>How the token request proves who asks; each piece ends where the next argument begins.</summary>
    public string TokenProof => Proof switch
    {
        AppProof.Secret => "-u \"$CLIENT_ID:$CLIENT_SECRET\"",
        AppProof.Key => "-d \"client_id=$CLIENT_ID\" -d \"client_assertion=$ASSERTION\" -d client_assertion_type="
            + Uri.EscapeDataString(OpenIddictConstants.ClientAssertionTypes.JwtBearer),
        _ => "-d \"client_id=$CLIENT_ID\"",
    };

    /// <summary>A word of the shell, whatever is in it.</summary>
    public static string Shell(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A string as C#, TypeScript and Python all read it.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text, AsWritten);

    private static string RedirectOf(Registered registered)
    {
        var here = registered.Redirects.FirstOrDefault(r =>
            r.StartsWith("http:", StringComparison.OrdinalIgnoreCase) && LoopbackRedirect.IsHere(LoopbackRedirect.HostOf(r)));
        if (here is null)
        {
            return registered.Redirects.Count > 0 ? registered.Redirects[0] : "REDIRECT_URI";
        }
        return registered.IsNative && Uri.TryCreate(here, UriKind.Absolute, out var address) && address.IsDefaultPort
            ? new UriBuilder(address) { Port = Port }.Uri.AbsoluteUri
            : here;
    }
}
