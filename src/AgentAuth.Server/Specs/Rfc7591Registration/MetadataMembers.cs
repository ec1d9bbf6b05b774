using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>
/// The members of a metadata object, each of the type it must have. When anything is one of the <see cref="Problems"/>, what is read does
/// not count. Absent, null and empty are one thing: real clients write all three.
/// </summary>
internal sealed class MetadataMembers(JsonElement metadata)
{
    /// <summary>Enough for a key set in an object; deeper than this nothing we read is.</summary>
    private const int MaxDepth = 8;

    private const int MaxAddressLength = 1000;

    private readonly List<MetadataProblem> _problems = [];

    /// <summary>The first of each member, or all of one that a form lists, in the order they were found.</summary>
    public IReadOnlyList<MetadataProblem> Problems => _problems;

    /// <summary>Strictly: UTF-8, one object, no name twice (two readers would pick different ones), within a depth.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (!Utf8.IsValid(bytes.Span))
        {
            return false;
        }
        try
        {
            var parsed = JsonDocument.Parse(bytes, new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            if (parsed.RootElement.ValueKind != JsonValueKind.Object)
            {
                parsed.Dispose();
                return false;
            }
            document = parsed;
            return true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false; // the second is half a character in a name
        }
    }

    /// <summary>A string; null when it is a number, or half of a character, which a JSON escape can write.</summary>
    public static string? TextOf(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            return null;
        }
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>No name anywhere in it is half of a character: looking for another name would fail on it.</summary>
    public static bool HasWholeNames(JsonElement json)
    {
        try
        {
            return json.ValueKind switch
            {
                JsonValueKind.Object => json.EnumerateObject().All(p => p.Name is not null && HasWholeNames(p.Value)),
                JsonValueKind.Array => json.EnumerateArray().All(HasWholeNames),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>No text anywhere in it is half of a character: it can be written again.</summary>
    public static bool HasWholeTexts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().All(p => HasWholeTexts(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().All(HasWholeTexts),
        JsonValueKind.String => TextOf(json) is not null,
        _ => true,
    };

    public bool Has(string name) => metadata.TryGetProperty(name, out _);

    public JsonElement? Member(string name) =>
        metadata.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    public string? Text(string name, int most)
    {
        if (Member(name) is not { } member || IsEmpty(member))
        {
            return null;
        }
        if (TextOf(member) is { } text && text.Length <= most && !HasControls(text))
        {
            return text;
        }
        Refuse($"The member {name} must be a string of at most {most} characters on one line.", name);
        return null;
    }

    public IReadOnlyList<string> Texts(string name, int mostItems, int mostLength)
    {
        if (Member(name) is not { } member || IsEmpty(member))
        {
            return [];
        }
        if (member.ValueKind != JsonValueKind.Array || member.GetArrayLength() > mostItems)
        {
            Refuse($"The member {name} must be an array of at most {mostItems} strings.", name);
            return [];
        }
        var texts = member.EnumerateArray().Select(TextOf).ToList();
        if (texts.TrueForAll(t => t is not null && t.Length <= mostLength && !HasControls(t)))
        {
            return [.. texts.Select(t => t!).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal)];
        }
        Refuse($"The member {name} must hold strings of at most {mostLength} characters.", name);
        return [];
    }

    /// <summary>A page for people or a file to fetch: https and nothing else (a link with another scheme would run or leak).</summary>
    public string? Address(string name)
    {
        var text = Text(name, MaxAddressLength);
        if (text is null || IsWebAddress(text))
        {
            return text;
        }
        Refuse($"The member {name} must be an https address.", name);
        return null;
    }

    public void Refuse(string words, string member, string error = MetadataProblem.InvalidMetadata)
    {
        if (!_problems.Exists(p => p.Member == member))
        {
            _problems.Add(new(error, words, member));
        }
    }

    /// <summary>One more of a member that may have several: for a form, which shows all of them.</summary>
    public void RefuseAlso(string words, string member, string error) => _problems.Add(new(error, words, member));

    private static bool IsWebAddress(string text) =>
        text.StartsWith("https://", StringComparison.Ordinal) && !text.Any(c => c is <= ' ' or > '~' or '\\' or '"' or '<' or '>')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0;

    private static bool IsEmpty(JsonElement member) => member.ValueKind == JsonValueKind.String && member.ValueEquals("");

    private static bool HasControls(string text) => text.EnumerateRunes().Any(r => Rune.IsControl(r) || r.Value is 0x2028 or 0x2029);
}
