using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A developer in the playground.</summary>
internal static class Trying
{
    public const string Page = "/developers/try";

    /// <summary>A run at Demo Mail, begun; what is ticked is what a first visitor finds ticked, or the scopes given.</summary>
    public static async Task<Browser> BeginsARunAsync(this Browser dev, params string[] scopes)
    {
        await dev.OpenAsync(Page);
        var mail = dev.Page.QuerySelectorAll("select[name=resource] option")
            .First(o => o.TextContent.Contains("Demo Mail", StringComparison.Ordinal));
        await dev.OpenAsync($"{Page}?resource={mail.GetAttribute("value")}");
        return await dev.PressAsync("Begin", [.. scopes.Select(s => ("scope", s))]);
    }

    public static string AuthorizeLink(this Browser dev) =>
        dev.Page.QuerySelector("main a[href*='/connect/authorize']")!.GetAttribute("href")!;

    /// <summary>Back from the consent page with an answer.</summary>
    public static async Task<Browser> AllowsAsync(this Browser dev)
    {
        await dev.OpenAsync(dev.AuthorizeLink());
        return await dev.PressAsync("Allow");
    }

    /// <summary>Allows it on the consent page; the address that leads back, with what it carries, and nobody goes there.</summary>
    public static async Task<string> AnswerAsync(this Browser dev)
    {
        var form = (IHtmlFormElement)dev.Page.QuerySelector("form#decision")!;
        var allow = form.QuerySelectorAll("button").OfType<IHtmlButtonElement>()
            .Single(b => b.TextContent.StartsWith("Allow", StringComparison.Ordinal));
        var back = await dev.SendAsync(HttpMethod.Post, allow.GetAttribute("formaction")!, Browser.Filled(form, allow));
        var answered = await dev.SendAsync(HttpMethod.Get, back.Headers.Location!.ToString());
        return answered.Headers.Location!.PathAndQuery;
    }

    /// <summary>A run with tokens.</summary>
    public static async Task<Browser> TriesAsync(this AuthServer server, string email = People.Developer)
    {
        var dev = await server.SignedInAsync(email);
        await dev.BeginsARunAsync();
        await dev.AllowsAsync();
        return await dev.PressAsync("Redeem the code");
    }

    /// <summary>What was sent last.</summary>
    public static string Sent(this Browser dev) => Wire(dev)[0].TextContent;

    /// <summary>What came back last.</summary>
    public static string Came(this Browser dev) => Wire(dev)[1].TextContent;

    /// <summary>The link of the newest exchange to its explanation.</summary>
    public static string WhyId(this Browser dev) => Newest(dev).QuerySelector("a[href*='/developers/why']")!.TextContent.Trim();

    public static string? Error(this Browser dev) => Newest(dev).QuerySelector(".notice--error code")?.TextContent;

    /// <summary>Each check of each token, with its result.</summary>
    public static string Checks(this Browser dev) => string.Join('\n', dev.Page.QuerySelectorAll("#tokens ~ table:has(.badge) tbody tr")
        .Select(row => string.Join(' ', row.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));

    public static string Words(this Browser dev) =>
        string.Join(' ', dev.Page.QuerySelector("main")!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IElement Newest(Browser dev) => dev.Page.QuerySelector(".exchange")
        ?? throw new InvalidOperationException($"Nothing was sent ({(int)dev.Status}): {dev.Words()}");

    private static IHtmlCollection<IElement> Wire(Browser dev) => Newest(dev).QuerySelectorAll("pre");
}
