using AngleSharp.Html.Dom;

namespace AgentAuth.Server.Tests.Support;

/// <summary>What people do on the consent page.</summary>
internal static class Consenting
{
    /// <summary>Ticks every box first.</summary>
    public static Task<Browser> AllowAllAsync(this Browser person)
    {
        foreach (var box in person.Boxes())
        {
            box.IsChecked = true;
        }
        return person.PressAsync("Allow");
    }

    /// <summary>Ticks these, and no other that can be unticked.</summary>
    public static Browser Tick(this Browser person, params string[] scopes)
    {
        foreach (var box in person.Boxes())
        {
            box.IsChecked = scopes.Contains(box.Value, StringComparer.Ordinal);
        }
        return person;
    }

    /// <summary>A form with these fields and no others, as a program writes it.</summary>
    public static async Task<Browser> AnswerAsync(this Browser person, params (string Name, string Value)[] fields)
    {
        var button = person.Page.QuerySelectorAll("button").Single(b => b.TextContent.StartsWith("Allow", StringComparison.Ordinal));
        var token = ((IHtmlInputElement)person.Page.QuerySelector("#decision input[name=__RequestVerificationToken]")!).Value;
        await person.SendAsync(HttpMethod.Post, button.GetAttribute("formaction")!,
            fields.Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        return await person.FollowAsync();
    }

    /// <summary>What is ticked before the person has done anything, needed or not.</summary>
    public static IReadOnlyList<string> Ticked(this Browser person) =>
        [.. person.Page.QuerySelectorAll("input[name=scope]").OfType<IHtmlInputElement>().Where(b => b.IsChecked).Select(b => b.Value)];

    /// <summary>The value of the radio that is chosen; null where the page does not ask.</summary>
    public static string? Chosen(this Browser person, string name) =>
        person.Page.QuerySelectorAll($"input[type=radio][name={name}]").OfType<IHtmlInputElement>().SingleOrDefault(r => r.IsChecked)
            ?.Value;

    private static IEnumerable<IHtmlInputElement> Boxes(this Browser person) =>
        person.Page.QuerySelectorAll("input[name=scope]").OfType<IHtmlInputElement>().Where(b => !b.IsDisabled);
}
