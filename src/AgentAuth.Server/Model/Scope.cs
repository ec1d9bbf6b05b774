using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using OpenIddict.EntityFrameworkCore.Models;

namespace AgentAuth.Server.Model;

/// <summary>What a permission lets an agent do at worst; the consent page groups by it.</summary>
internal enum Risk
{
    See = 0,
    Change = 1,
    Delete = 2,
    Spend = 3,
}

/// <summary>
/// A permission of one resource, in the resource's own words: <c>Description</c> is the sentence people read on the consent page,
/// <c>Descriptions</c> the same in other languages, as OpenIddict keeps it.
/// Two resources may use the same scope name for different things.
/// </summary>
internal sealed class Scope : OpenIddictEntityFrameworkCoreScope<Guid>
{
    public const int MaxNameLength = 100;
    public const int MaxSentenceLength = 200;
    public const int MaxToolsLength = 1000;

    private static readonly JsonSerializerOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Guid ResourceId { get; init; }

    public Risk Risk { get; set; }

    /// <summary>The resource is of no use without it: shown ticked and fixed.</summary>
    public bool IsRequired { get; set; }

    /// <summary>The tools it unlocks, space-separated, for who wants to know what the sentence means.</summary>
    public string? Tools { get; set; }

    public int Position { get; set; }

    public IReadOnlyList<string> ToolNames => Tools?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>By language tag (RFC 5646), as OpenIddict reads it too.</summary>
    public IReadOnlyDictionary<string, string> Sentences => Descriptions is null
        ? new Dictionary<string, string>(StringComparer.Ordinal)
        : JsonSerializer.Deserialize<Dictionary<string, string>>(Descriptions) ?? [];

    public static Scope Of(Resource resource, string name, Risk risk, string sentence) => new()
    {
        Id = Guid.CreateVersion7(),
        ResourceId = resource.Id,
        Name = name,
        Description = sentence,
        Risk = risk,
        Position = resource.Scopes.Count,
    };

    /// <summary>The sentence in a reader's language, or in one that its readers share; else the one there always is.</summary>
    public string? SentenceIn(CultureInfo reader)
    {
        var sentences = Sentences;
        if (sentences.Count == 0)
        {
            return Description;
        }
        for (var culture = reader; culture.Name.Length > 0; culture = culture.Parent)
        {
            if (sentences.TryGetValue(culture.Name, out var exact) && exact.Length > 0)
            {
                return exact;
            }
        }
        return sentences.Where(s => s.Value.Length > 0 && IsOfTheSameScript(reader, s.Key))
            .OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value).FirstOrDefault() ?? Description;
    }

    /// <summary>Null or blank: in this language there is none.</summary>
    public void Say(string language, string? sentence)
    {
        var sentences = new Dictionary<string, string>(Sentences, StringComparer.Ordinal);
        if (string.IsNullOrWhiteSpace(sentence))
        {
            sentences.Remove(language);
        }
        else
        {
            sentences[language] = sentence.Trim();
        }
        Descriptions = sentences.Count == 0 ? null : JsonSerializer.Serialize(sentences, Plainly);
    }

    /// <summary>zh-TW and zh-Hant-HK have the same readers, zh-Hans has others: what stands just above bare "zh" decides.</summary>
    private static bool IsOfTheSameScript(CultureInfo reader, string language)
    {
        try
        {
            return Script(reader) == Script(CultureInfo.GetCultureInfo(language));
        }
        catch (CultureNotFoundException)
        {
            return false;
        }
    }

    private static string Script(CultureInfo culture)
    {
        var script = culture;
        while (script.Parent is { Name: not ("" or "zh") } parent)
        {
            script = parent;
        }
        return script.Name;
    }

    internal static void Map(EntityTypeBuilder<Scope> scope)
    {
        scope.ToTable("Scopes");
        scope.Property(s => s.Name).HasMaxLength(MaxNameLength);
        scope.Property(s => s.Description).HasMaxLength(MaxSentenceLength);
        scope.Property(s => s.Tools).HasMaxLength(MaxToolsLength);
        scope.Ignore(s => s.ToolNames);
        scope.Ignore(s => s.Sentences);
        scope.Property(s => s.Risk).HasConversion<string>().HasMaxLength(10);
        var byName = scope.Metadata.FindIndex(scope.Metadata.FindProperty(nameof(Name))!);
        scope.Metadata.RemoveIndex(byName!); // OpenIddict's scopes are global
        scope.HasIndex(s => new { s.ResourceId, s.Name }).IsUnique();
    }
}
