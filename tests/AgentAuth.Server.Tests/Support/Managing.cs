using AngleSharp.Html.Dom;

namespace AgentAuth.Server.Tests.Support;

/// <summary>What a person does on the page of an agent.</summary>
internal static class Managing
{
    /// <summary>The page of the one agent there is.</summary>
    public static async Task OpenAgentAsync(this Browser person)
    {
        await person.OpenAsync("/account/agents");
        await person.OpenAsync(person.Page.QuerySelector("a[href^='/account/agents/']")!.GetAttribute("href")!);
    }

    public static async Task<Browser> OpenAndPressAsync(
        this Browser person, string url, string button, params (string Name, string Value)[] fields)
    {
        await person.OpenAsync(url);
        return await person.PressAsync(button, fields);
    }

    /// <summary>Leaves only these permissions ticked.</summary>
    public static async Task ReduceAsync(this Browser person, params string[] kept)
    {
        await person.OpenAgentAsync();
        foreach (var box in person.Page.QuerySelectorAll("input[name=scope]").OfType<IHtmlInputElement>())
        {
            box.IsChecked = kept.Contains(box.Value, StringComparer.Ordinal);
        }
        await person.PressAsync("Keep only what is ticked");
    }
}
