using AgentAuth.ResourceServer.Rfc9068AccessTokens;
using Microsoft.Extensions.Options;

namespace AgentAuth.ResourceServer;

/// <summary>Refuses to start with settings that would be unsafe or could not work; each message holds the line that helps.</summary>
internal sealed class AgentAuthOptionsCheck : IValidateOptions<AgentAuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AgentAuthOptions options)
    {
        var subject = string.IsNullOrEmpty(name) ? "AgentAuth" : $"AgentAuth resource \"{name}\"";
        var faults = Faults(options).Select(fault => $"{subject}: {fault}").ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(AgentAuthOptions options) =>
        [.. IssuerFaults(options), .. ResourceFaults(options), .. AccountFaults(options), .. ScopeFaults(options), .. LimitFaults(options)];

    private static IEnumerable<string> IssuerFaults(AgentAuthOptions options)
    {
        if (!Uri.TryCreate(options.Issuer, UriKind.Absolute, out var issuer))
        {
            yield return "Issuer must be the absolute URL of the authorization server: o.Issuer = \"https://id.example\";";
            yield break;
        }

        if (!WebAddress.IsHttpsOrLoopback(issuer))
        {
            yield return "Issuer must be https (http only on loopback): keys fetched in the clear can be swapped on the way.";
        }

        if (issuer.Query.Length > 0 || issuer.Fragment.Length > 0 || issuer.UserInfo.Length > 0)
        {
            yield return "Issuer must have no query, fragment or user name.";
        }
    }

    private static IEnumerable<string> ResourceFaults(AgentAuthOptions options)
    {
        if (!Uri.TryCreate(options.Resource, UriKind.Absolute, out var resource))
        {
            yield return "Resource must be the absolute URL clients use: o.Resource = \"https://api.example/mcp\";";
            yield break;
        }

        if (!WebAddress.IsHttpsOrLoopback(resource))
        {
            yield return "Resource must be https (http only on loopback): access tokens travel to it.";
        }

        if (options.Resource.AsSpan().IndexOfAny("?#\"\\ ") >= 0 || resource.UserInfo.Length > 0)
        {
            yield return "Resource must have no query, fragment, user name, blank or quote.";
        }
    }

    private static IEnumerable<string> AccountFaults(AgentAuthOptions options)
    {
        var hasId = !string.IsNullOrEmpty(options.AccountClientId);
        var hasSecret = !string.IsNullOrEmpty(options.AccountClientSecret);
        if (hasId != hasSecret)
        {
            yield return "AccountClientId and AccountClientSecret come together; one of them is missing.";
        }

        if (!hasId && !hasSecret && !options.AllowUnrevocableTokens)
        {
            yield return "without an account it cannot hear of removed grants. Set o.AccountClientId and o.AccountClientSecret, "
                + "or accept that tokens work until they expire: o.AllowUnrevocableTokens = true;";
        }
    }

    private static IEnumerable<string> ScopeFaults(AgentAuthOptions options)
    {
        var scopes = options.ScopesSupported
            .Concat(options.ChallengeScopes)
            .Concat(options.ToolScopes.Values.SelectMany(needed => needed))
            .Concat(options.ImpliedScopes.SelectMany(implied => implied.Value.Append(implied.Key)));
        return scopes
            .Where(scope => !ScopeSet.IsScopeToken(scope))
            .Select(scope => $"\"{scope}\" is no scope: visible ASCII without blank, quote and backslash.");
    }

    private static IEnumerable<string> LimitFaults(AgentAuthOptions options)
    {
        if (options.Algorithms.Count == 0 || options.Algorithms.Any(algorithm => !SignatureAlgorithm.IsKnown(algorithm)))
        {
            yield return $"Algorithms may hold only {string.Join(", ", SignatureAlgorithm.Known)}.";
        }

        if (options.RevocationGrace < TimeSpan.Zero || options.RevocationGrace > TimeSpan.FromMinutes(1))
        {
            yield return "RevocationGrace must lie between zero and one minute.";
        }

        if (options.ApprovalWait < TimeSpan.Zero || options.ApprovalWait > TimeSpan.FromMinutes(10))
        {
            yield return "ApprovalWait must lie between zero and ten minutes.";
        }

        if (options.MaxMcpRequestBytes < 1)
        {
            yield return "MaxMcpRequestBytes must be positive.";
        }

        foreach (var origin in options.AllowedOrigins.Where(origin => origin != "*" && !WebAddress.IsOrigin(origin)))
        {
            yield return $"AllowedOrigins holds \"{origin}\", which is no origin: scheme, host and port only, as in https://app.example.";
        }
    }
}
