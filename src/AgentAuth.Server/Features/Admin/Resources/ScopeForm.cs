using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AgentAuth.Server.Features.Admin.Resources;

/// <summary>A permission as it is written in the console.</summary>
internal sealed class ScopeForm
{
    public string? Name { get; set; }

    public string? Sentence { get; set; }

    /// <summary>The same in other languages, by tag; empty where there is none.</summary>
    public Dictionary<string, string?> Sentences { get; } = new(StringComparer.Ordinal);

    public string? Tools { get; set; }

    public Risk Risk { get; set; }

    public bool IsRequired { get; set; }

    /// <summary>The scope-token of RFC 6749 §3.3: printable ASCII without space, quotation mark and backslash; none that is ours.</summary>
    public static bool IsName(string? name) =>
        !string.IsNullOrEmpty(name) && name.Length <= Scope.MaxNameLength
        && name.All(c => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~'))
        && !IdentityScopes.Contains(name);

    public static ScopeForm Of(Scope scope)
    {
        var form = new ScopeForm
        {
            Name = scope.Name,
            Sentence = scope.Description,
            Tools = scope.Tools,
            Risk = scope.Risk,
            IsRequired = scope.IsRequired,
        };
        foreach (var (language, sentence) in scope.Sentences)
        {
            form.Sentences[language] = sentence;
        }
        return form;
    }

    /// <summary>Once it is checked.</summary>
    public void WriteTo(Scope scope)
    {
        scope.Description = Sentence!.Trim();
        scope.Risk = Risk;
        scope.IsRequired = IsRequired;
        scope.Tools = Tools is null ? null : string.Join(' ', Tools.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (var (language, _) in Languages.BesideEnglish)
        {
            scope.Say(language, Sentences.GetValueOrDefault(language));
        }
    }

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
        foreach (var (language, name) in Languages.BesideEnglish)
        {
            if (Sentences.GetValueOrDefault(language) is { Length: > 0 } sentence && !Words.ArePlain(sentence, Scope.MaxSentenceLength))
            {
                state.AddModelError(
                    $"{prefix}.{nameof(Sentences)}[{language}]", $"{name}: write at most 200 characters on one line, or nothing.");
            }
        }
        if (Tools is { Length: > 0 } tools && !Words.ArePlain(tools, Scope.MaxToolsLength))
        {
            state.AddModelError($"{prefix}.{nameof(Tools)}", "Write names of tools, parted by spaces, at most 1000 characters in all.");
        }
    }
}
