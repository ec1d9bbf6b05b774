using System.Text.Json;
using AgentAuth.Server.Specs.Rfc7591Registration;

namespace AgentAuth.Server.Specs.Doctor;

/// <summary>Reading documents of others, which may hold anything anywhere.</summary>
internal static class Parts
{
    public const int MaxWord = 200;

    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? MetadataMembers.TextOf(value) : null;

    public static bool IsTrue(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static bool Has(this JsonElement json, string name) => json.TryGetProperty(name, out _);

    /// <summary>Null when it is missing or no list of texts.</summary>
    public static IReadOnlyList<string>? Texts(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().All(e => MetadataMembers.TextOf(e) is not null)
            ? [.. list.EnumerateArray().Select(e => MetadataMembers.TextOf(e)!)]
            : null;

    /// <summary>An absolute address of the web without user info; null for anything else.</summary>
    public static Uri? Web(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0
            ? address : null;

    public static bool IsSafe(Uri address) => address.Scheme == "https" || IsLoopback(address);

    public static bool IsLoopback(Uri address) => address.IsLoopback;

    /// <summary>As it was written: <see cref="Uri"/> adds a slash to an origin.</summary>
    public static string OriginOf(Uri address) => address.GetLeftPart(UriPartial.Authority);

    /// <summary>Empty for the root.</summary>
    public static string PathOf(Uri address) => address.AbsolutePath.TrimEnd('/');

    public static Uri WellKnown(Uri of, string name) => new($"{OriginOf(of)}/.well-known/{name}{PathOf(of)}");

    /// <summary>Others' words in ours: on one line, not too long.</summary>
    public static string Quote(string? text) => text is null ? "nothing" : $"\"{Refusals.Sent.Clean(text, MaxWord)}\"";
}
