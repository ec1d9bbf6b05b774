using System.Globalization;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What <c>_Field</c> shows: one labelled input, its hint, and what the model state says is wrong with it.</summary>
internal sealed record Field(string Name, string Label, string Type = "text", string? Autocomplete = null)
{
    public string? Value { get; init; }

    public string? Hint { get; init; }

    public int? MaxLength { get; init; }

    public bool IsRequired { get; init; } = true;
}

/// <summary>What <c>_ScopeRow</c> shows: one permission to tick on a form. A required one is ticked and cannot be unticked.</summary>
internal sealed record ScopeRow(Permission Permission, bool IsTicked, bool IsNew = false)
{
    public string Scope => Permission.Scope;

    public bool IsRequired => Permission.IsRequired;

    public bool OnlyReads => Permission.Group is PermissionGroup.See or PermissionGroup.KeepAccess;
}

/// <summary>What <c>_Tile</c> shows in place of a logo nobody has proved.</summary>
internal static class Letter
{
    public static string Of(string name) =>
        StringInfo.GetNextTextElement(name.TrimStart()).ToUpperInvariant() is { Length: > 0 } first ? first : "?";
}

/// <summary>What <c>_Tile</c> shows beside who asks: a picture where there is a proved one, else a letter.</summary>
internal sealed record Tile(string Name, Guid? LogoId);
