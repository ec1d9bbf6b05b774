namespace AgentAuth.Server.Specs.Refusals;

/// <summary>What is asked for: a resource, and scopes of it.</summary>
internal static class AccessRules
{
    public static readonly Rule ResourceForm = new(
        "resource.form", "RFC 8707 §2",
        "A resource that is an absolute address, without fragment, user info or dot segments.",
        "Send the resource exactly as the MCP server's protected resource metadata spells it.");

    public static readonly Rule OneResource = new(
        "resource.one", "RFC 8707 §2.2",
        "One resource: each token is for one.",
        "Ask once for each resource.");

    public static readonly Rule Resource = new(
        "resource.known", "RFC 8707 §2",
        "A resource that is registered here, and of which the client may use at least one scope.",
        "Compare the address with the MCP server's metadata: host, port and path. If it is right, an administrator must add the resource, "
            + "or let the client use it.");

    public static readonly Rule SameResource = new(
        "resource.granted", "RFC 8707 §2.2",
        "The resource that the code or refresh token is for, or none: it becomes the audience of the access token.",
        "Send the same resource as in the authorization request. For another MCP server send the person through authorization again.");

    public static readonly Rule Scope = new(
        "scope.known", "RFC 6749 §3.3",
        "Scopes that the resource has.",
        "Ask for the scopes in the MCP server's metadata (scopes_supported) or in its WWW-Authenticate challenge, and check which resource "
            + "you ask at.");

    public static readonly Rule ScopeAllowed = new(
        "scope.allowed", "RFC 6749 §3.3",
        "Scopes that the client is registered for.",
        "Ask for fewer scopes, or have the client's registration changed.");

    public static readonly Rule ScopeForm = new(
        "scope.form", "RFC 6749 §3.3",
        "At most 50 scopes, parted by one space each, without quotes, backslashes or control characters.",
        "Look at how the client joins its scopes: not by commas, not as JSON.");

    public static readonly Rule ScopeNamed = new(
        "scope.named", "RFC 6749 §3.3",
        "The names of the scopes: what is asked for has none that are given by default, or is not told by them alone.",
        "Send scope and resource.");

    public static readonly Rule ScopeGranted = new(
        "scope.granted", "RFC 6749 §6",
        "Scopes among those that were granted.",
        "Leave scope out, or send the person through authorization again for more.");

    public static IReadOnlyList<Rule> All { get; } =
        [ResourceForm, OneResource, Resource, SameResource, Scope, ScopeAllowed, ScopeForm, ScopeNamed, ScopeGranted];
}
