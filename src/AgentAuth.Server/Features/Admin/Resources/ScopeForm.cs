using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AgentAuth.Server.Features.Admin.Resources;

/// <summary>A permission as it is written in the console.</summary>
internal sealed class ScopeForm
{
    public string? Name { get; set; }

    public string? Sentence { get; set; }

    public Risk Risk { get; set; }

    public bool IsRequired { get; set; }

    /// <summary>The scope-token of RFC 6749 §3.3: printable ASCII without space, quotation mark and backslash; none that is ours.</summary>
    public static bool IsName(string? name) =>
        !string.IsNullOrEmpty(name) && name.Length <= Scope.MaxNameLength
        && name.All(c => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~'))
        && !IdentityScopes.Contains(name);

    public void Check(ModelStateDictionary state, string prefix, bool withName)
    {
        if (withName && !IsName(Name))
        {
            state.AddModelError($"{prefix}.{nameof(Name)}", "A scope name has no spaces, quotation marks or backslashes, and "
                + "is none of openid, profile, email, offline_access.");
        }
        if (!Words.ArePlain(Sentence, Scope.MaxSentenceLength))
        {
            state.AddModelError($"{prefix}.{nameof(Sentence)}",
                "Write one sentence of at most 200 characters: people read it before they allow.");
        }
    }
}
