using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A person's browser without scripts: keeps cookies, follows redirects that stay on the server, fills forms and presses
/// buttons.</summary>
internal sealed class Browser(HttpClient http, string? address = null)
{
    private const int MaxRedirects = 10;

    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    public HttpResponseMessage Response { get; private set; } = null!;

    public IHtmlDocument Page { get; private set; } = new HtmlParser().ParseDocument("");

    public string Url { get; private set; } = "/";

    /// <summary>Where a redirect led that leaves the server: the client's redirect URI with its answer.</summary>
    public Uri? Left { get; private set; }

    public IReadOnlyList<string> SetCookies { get; private set; } = [];

    public IReadOnlyDictionary<string, string> Cookies => _cookies;

    public string Text => Page.Body?.TextContent ?? "";

    public HttpStatusCode Status => Response.StatusCode;

    public Dictionary<string, string> Answer => System.Web.HttpUtility.ParseQueryString(Left?.Query ?? "") is var query
        ? query.AllKeys.Where(k => k is not null).ToDictionary(k => k!, k => query[k]!, StringComparer.Ordinal)
        : [];

    public Browser Copy() => new Browser(http, address).WithCookies(_cookies);

    /// <summary>The same browser at another node.</summary>
    public Browser WithCookies(IReadOnlyDictionary<string, string> cookies)
    {
        foreach (var (name, value) in cookies)
        {
            _cookies[name] = value;
        }
        return this;
    }

    public async Task<Browser> OpenAsync(string url, params (string Name, string Value)[] headers)
    {
        await SendAsync(HttpMethod.Get, url, form: null, headers);
        return await FollowAsync();
    }

    /// <summary>One request, no redirect followed.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string url, IEnumerable<KeyValuePair<string, string>>? form = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Content = form is null ? null : new FormUrlEncodedContent(form);
        if (_cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
        }
        if (address is not null)
        {
            request.Headers.Add("X-Test-Address", address);
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        Response = await http.SendAsync(request);
        Url = url;
        Left = null;
        Keep(Response);
        var body = await Response.Content.ReadAsStringAsync();
        Page = await new HtmlParser().ParseDocumentAsync(body);
        return Response;
    }

    public async Task<Browser> PressAsync(string button, params (string Name, string Value)[] fields)
    {
        var pressed = Page.QuerySelectorAll("button").OfType<IHtmlButtonElement>()
            .FirstOrDefault(b => b.TextContent.Trim().StartsWith(button, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"No button '{button}' on {Url} ({(int)Status}): {Text.Trim()}");
        return await SubmitAsync(pressed.Form!, pressed, fields);
    }

    public async Task<Browser> SubmitAsync(IHtmlFormElement form, IHtmlButtonElement? pressed, params (string Name, string Value)[] fields)
    {
        var action = pressed?.GetAttribute("formaction") ?? form.GetAttribute("action") ?? Url;
        await SendAsync(HttpMethod.Post, action, Filled(form, pressed, fields));
        return await FollowAsync();
    }

    public static List<KeyValuePair<string,
        string>> Filled(IHtmlFormElement form, IHtmlButtonElement? pressed, params (string Name, string Value)[] fields)
    {
        var given = fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var pairs = form.QuerySelectorAll("input[name]").OfType<IHtmlInputElement>()
            .Where(i => !i.IsDisabled && !given.Contains(i.Name!) && (i.Type is not ("checkbox" or "radio") || i.IsChecked))
            .Select(i => KeyValuePair.Create(i.Name!, i.Value))
            .Concat(form.QuerySelectorAll("select[name]").OfType<IHtmlSelectElement>()
                .Where(s => !given.Contains(s.Name!)).Select(s => KeyValuePair.Create(s.Name!, s.Value ?? "")))
            .Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return [.. pressed?.Name is { Length: > 0 } name ? pairs.Append(KeyValuePair.Create(name, pressed.Value)) : pairs];
    }

    public async Task<Browser> SignInAsync(string email, string password = People.Password)
    {
        if (Page.QuerySelector("input[name=Password]") is null)
        {
            await OpenAsync("/sign-in");
        }
        return await PressAsync("Sign in", ("Email", email), ("Password", password));
    }

    public async Task<Browser> FollowAsync()
    {
        for (var i = 0; i < MaxRedirects && Response.Headers.Location is { } location && (int)Status is 302 or 303; i++)
        {
            var target = location.IsAbsoluteUri ? location : new Uri(new Uri(AuthServer.Issuer), location);
            if (target.GetLeftPart(UriPartial.Authority) != AuthServer.Issuer)
            {
                Left = target;
                return this;
            }
            await SendAsync(HttpMethod.Get, target.PathAndQuery);
        }
        return this;
    }

    private void Keep(HttpResponseMessage response)
    {
        SetCookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        foreach (var cookie in SetCookies)
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0 || cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
            {
                _cookies.Remove(pair[0]);
            }
            else
            {
                _cookies[pair[0]] = pair[1];
            }
        }
    }
}
