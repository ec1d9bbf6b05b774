using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace AgentAuth.EndToEnd.Support;

/// <summary>What a form sends, by the rules of HTML.</summary>
internal static class FormFields
{
    public static IEnumerable<KeyValuePair<string, string>> Of(IHtmlFormElement form, IElement pressed) =>
        from control in form.Elements
        let name = control.GetAttribute("name")
        where !string.IsNullOrEmpty(name) && !control.HasAttribute("disabled") && control.Closest("fieldset[disabled]") is null
        let value = ValueOf(control, pressed)
        where value is not null
        select KeyValuePair.Create(name, value);

    public static string Query(IEnumerable<KeyValuePair<string, string>> fields) =>
        string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));

    private static string? ValueOf(IElement control, IElement pressed) => control switch
    {
        _ when control == pressed => control.GetAttribute("value") ?? string.Empty,
        IHtmlButtonElement => null,
        IHtmlInputElement { Type: "submit" or "image" or "reset" or "button" } => null,
        IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } => null,
        IHtmlInputElement { Type: "checkbox" or "radio" } input => input.GetAttribute("value") ?? "on",
        IHtmlInputElement input => input.Value,
        IHtmlTextAreaElement area => area.Value,
        IHtmlSelectElement select => select.Value,
        _ => null,
    };
}
