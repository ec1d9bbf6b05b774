using System.Globalization;
using System.Text;
using AgentAuth.Server.Specs;
using Microsoft.AspNetCore.Http.Extensions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>A request as a client writes it on the wire.</summary>
internal sealed record WireRequest
{
    private static readonly string[] Secret = [Parameters.Code, Parameters.CodeVerifier, Parameters.RefreshToken, Parameters.Token];

    public required string Method { get; init; }

    public required string Path { get; init; }

    public string Query { get; init; } = "";

    public IReadOnlyList<(string Name, string Value)> Form { get; init; } = [];

    public string? Bearer { get; init; }

    public string Body => Encoded(Form);

    public static WireRequest Get(string path, string? bearer = null) => new() { Method = HttpMethods.Get, Path = path, Bearer = bearer };

    public static WireRequest Ask(IEnumerable<(string Name, string Value)> parameters)
    {
        var query = new QueryBuilder(parameters.Select(p => KeyValuePair.Create(p.Name, p.Value)));
        return new() { Method = HttpMethods.Get, Path = Endpoints.Authorize, Query = query.ToQueryString().Value! };
    }

    public static WireRequest Post(string path, params IEnumerable<(string Name, string Value)> form) =>
        new() { Method = HttpMethods.Post, Path = path, Form = [.. form] };

    public IEnumerable<(string Name, string Value)> Headers(Issuer issuer)
    {
        yield return ("Host", issuer.Uri.Authority);
        yield return ("Accept", "application/json");
        if (Bearer is not null)
        {
            yield return ("Authorization", $"Bearer {Bearer}");
        }
        if (Form.Count > 0)
        {
            yield return ("Content-Type", "application/x-www-form-urlencoded");
            yield return ("Content-Length", Encoding.UTF8.GetByteCount(Body).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>As it is sent, but what could be used is cut short.</summary>
    public string Shown(Issuer issuer)
    {
        var shown = this with
        {
            Bearer = Bearer is null ? null : Cut.Short(Bearer),
            Form = [.. Form.Select(p => Secret.Contains(p.Name, StringComparer.Ordinal) ? (p.Name, Cut.Short(p.Value)) : p)],
        };
        var text = new StringBuilder($"{Method} {issuer.Path}{Path}{Query} HTTP/1.1\n");
        foreach (var (name, value) in Headers(issuer))
        {
            var said = name == "Authorization" ? $"Bearer {shown.Bearer}" : value;
            text.Append(CultureInfo.InvariantCulture, $"{name}: {said}\n");
        }
        return Form.Count == 0 ? text.ToString() : text.Append('\n').Append(shown.Written()).ToString();
    }

    /// <summary>One parameter on a line, and what was cut left readable.</summary>
    private string Written() => string.Join("\n&", Form.Select(
        p => $"{p.Name}={(p.Value.Contains('…', StringComparison.Ordinal) ? p.Value : Uri.EscapeDataString(p.Value))}"));

    private static string Encoded(IReadOnlyList<(string Name, string Value)> form) =>
        string.Join('&', form.Select(p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value)}"));
}

/// <summary>Enough of a secret to tell it from another, too little to use it.</summary>
internal static class Cut
{
    private const int Kept = 6;

    public static string Short(string secret) => secret.Length <= 2 * Kept
        ? string.Create(CultureInfo.InvariantCulture, $"…({secret.Length} characters)")
        : string.Create(CultureInfo.InvariantCulture, $"{secret[..Kept]}…({secret.Length} characters)");
}
