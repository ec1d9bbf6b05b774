using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace AgentAuth.EndToEnd.Support;

/// <summary>A browser without script or style: follows links and redirects, fills in forms, presses buttons by their names.</summary>
internal sealed class FormBrowser(string home, HttpClient? web = null)
{
    private static readonly HtmlParser Parser = new();
    private readonly CookieJar _cookies = new();

    public IHtmlDocument Page { get; private set; } = Parser.ParseDocument(string.Empty);

    public Uri Address { get; private set; } = new(home);

    public int Status { get; private set; }

    /// <summary>Where the last answer sent the browser, when that is another site: a client's redirect URI.</summary>
    public Uri? Landing { get; private set; }

    /// <summary>What it sends along, for a request made by hand.</summary>
    public string Cookies => _cookies.HeaderFor(Address);

    public Task OpenAsync(string url) => GoAsync(() => new HttpRequestMessage(HttpMethod.Get, new Uri(Address, url)));

    public Task FollowAsync(IElement link) => OpenAsync(link.GetAttribute("href")!);

    public void Fill(string label, string value) => Assert.IsAssignableFrom<IHtmlInputElement>(Labelled(label)).Value = value;

    public void FillLines(string label, string value) => Assert.IsAssignableFrom<IHtmlTextAreaElement>(Labelled(label)).Value = value;

    public IHtmlElement? Button(string name) => Buttons(Page, name).FirstOrDefault();

    public static IEnumerable<IHtmlElement> Buttons(IParentNode within, string name) => within
        .QuerySelectorAll<IHtmlElement>("button, input[type=submit]")
        .Where(button => NameOf(button).StartsWith(name, StringComparison.Ordinal));

    public Task PressAsync(string name) => PressAsync(Button(name) ?? throw Missing($"button {name}"));

    public Task PressAsync(IHtmlElement button) => GoAsync(Submission(button));

    /// <summary>The request that pressing the button sends, to be sent by hand.</summary>
    public Func<HttpRequestMessage> Submission(IHtmlElement button)
    {
        var form = button.Closest("form") as IHtmlFormElement ?? throw Missing("form around the button");
        var target = new Uri(Address, button.GetAttribute("formaction") ?? form.GetAttribute("action") ?? Address.PathAndQuery);
        var fields = FormFields.Of(form, button).ToList();
        var cookies = _cookies.HeaderFor(target);
        return (button.GetAttribute("formmethod") ?? form.Method).Equals("post", StringComparison.OrdinalIgnoreCase)
            ? () => With(cookies, new HttpRequestMessage(HttpMethod.Post, target) { Content = new FormUrlEncodedContent(fields) })
            : () => With(cookies, new HttpRequestMessage(HttpMethod.Get, new Uri(target, "?" + FormFields.Query(fields))));
    }

    public Xunit.Sdk.XunitException Missing(string what) =>
        new($"There is no {what} on {Address} (status {Status}):\n{Page.Body?.TextContent.ReplaceLineEndings(" ")}");

    private static HttpRequestMessage With(string cookies, HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        return request;
    }

    private static string NameOf(IElement element) =>
        (element.GetAttribute("aria-label") ?? (element as IHtmlInputElement)?.Value ?? element.TextContent).Trim();

    private IElement Labelled(string label)
    {
        var labels = Page.QuerySelectorAll<IHtmlLabelElement>("label");
        var named = labels.Where(one => NameOf(one).StartsWith(label, StringComparison.Ordinal));
        return named.Select(one => one.Control).FirstOrDefault(control => control is not null) ?? throw Missing($"field {label}");
    }

    private async Task GoAsync(Func<HttpRequestMessage> ask)
    {
        Landing = null;
        for (var redirects = 0; redirects < 10; redirects++)
        {
            using var request = ask();
            request.Headers.TryAddWithoutValidation("Accept", "text/html");
            request.Headers.TryAddWithoutValidation("Accept-Language", "en");
            if (!request.Headers.Contains("Cookie"))
            {
                With(_cookies.HeaderFor(request.RequestUri!), request);
            }

            using var answer = await (web ?? Web.Client).SendAsync(request, TestContext.Current.CancellationToken);
            foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                _cookies.Keep(request.RequestUri!, cookie);
            }

            Address = request.RequestUri!;
            Status = (int)answer.StatusCode;
            Page = await Parser.ParseDocumentAsync(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            if (answer.Headers.Location is null)
            {
                return;
            }

            var next = new Uri(Address, answer.Headers.Location);
            if (next.Authority != Address.Authority)
            {
                Landing = next;
                return;
            }

            ask = () => new HttpRequestMessage(HttpMethod.Get, next);
        }

        throw Missing("end to the redirects");
    }
}
