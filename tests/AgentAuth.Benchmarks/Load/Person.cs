using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Web;
using AgentAuth.Benchmarks.Contestants;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace AgentAuth.Benchmarks.Load;

/// <summary>Somebody in a browser who signs in when asked, allows what is asked, and ends up with a code.</summary>
internal sealed class Person(Contestant contestant, HttpClient http, int number)
{
    private const int MaxHops = 12;
    private const int MaxTries = 10;
    private static readonly HtmlParser Parser = new();
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    /// <summary>How often the consent page was shown.</summary>
    public int Consents { get; private set; }

    /// <summary>Every hop a browser makes from the authorization request to the code, and the code's exchange.</summary>
    public async Task<Tokens> ConnectAsync(Client client, bool askAgain = false)
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var state = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var address = new Uri(contestant.Endpoints.Authorize + "?" + Ask(verifier, state, askAgain));
        var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, address));
        for (var hop = 0; hop < MaxHops; hop++)
        {
            if (answer.Location is { } next)
            {
                address = new Uri(address, next);
                if (address.AbsoluteUri.StartsWith(contestant.Agent.Redirect, StringComparison.Ordinal))
                {
                    return await client.RedeemAsync(Code(address, state), verifier);
                }
                answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, address));
            }
            else
            {
                answer = await SubmitAsync(address, answer.Body);
            }
        }
        throw new UnfitException($"Too many hops: the last was {address}.");
    }

    private string Ask(string verifier, string state, bool askAgain)
    {
        var query = new List<(string Name, string Value)>
        {
            ("response_type", "code"), ("client_id", contestant.Agent.Id), ("redirect_uri", contestant.Agent.Redirect),
            ("scope", "openid offline_access mail.read"), ("resource", contestant.Resource), ("state", state), ("nonce", state),
            ("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))),
            ("code_challenge_method", "S256"),
        };
        if (askAgain)
        {
            query.Add(("prompt", "consent"));
        }
        return string.Join('&', query.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
    }

    private static string Code(Uri landing, string state)
    {
        var query = HttpUtility.ParseQueryString(landing.Query);
        return query["state"] == state && query["code"] is { Length: > 0 } code ? code : throw new UnfitException($"No code: {landing}");
    }

    /// <summary>Fills in the page as a person would: the sign-in form, or the consent form with every box ticked.</summary>
    private HttpRequestMessage Submit(Uri address, string body)
    {
        using var page = Parser.ParseDocument(body);
        var button = page.QuerySelectorAll<IHtmlButtonElement>("form button")
            .FirstOrDefault(one => one.TextContent.Trim() is var text
                && (text.StartsWith("Sign in", StringComparison.Ordinal) || text.StartsWith("Allow", StringComparison.Ordinal)))
            ?? throw new UnfitException($"Nothing to press on {address}: {page.Body?.TextContent.Trim()}");
        var form = button.Form!;
        if (form.QuerySelector("[name=Password]") is null)
        {
            Consents++;
        }
        var fields = form.QuerySelectorAll<IHtmlInputElement>("input[name]")
            .Select(input => KeyValuePair.Create(input.Name!, input.Name switch
            {
                "Email" => Contestant.EmailOf(number),
                "Password" => Contestant.Password,
                _ => input.Value,
            }))
            .ToList();
        var target = new Uri(address, button.GetAttribute("formaction") ?? form.GetAttribute("action") ?? address.PathAndQuery);
        return new HttpRequestMessage(HttpMethod.Post, target) { Content = new FormUrlEncodedContent(fields) };
    }

    /// <summary>
    /// Signing in costs a server a tenth of a second on purpose, and one with a single core sends some away when all sign in at once. That
    /// is before anything is measured: they come again.
    /// </summary>
    private async Task<(Uri? Location, string Body)> SubmitAsync(Uri address, string body)
    {
        for (var again = MaxTries; ; again--)
        {
            try
            {
                return await SendAsync(Submit(address, body));
            }
            catch (UnfitException) when (again > 0 && address.AbsolutePath == "/sign-in")
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }

    private async Task<(Uri? Location, string Body)> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            request.Headers.TryAddWithoutValidation("Accept", "text/html");
            request.Headers.TryAddWithoutValidation("Accept-Language", "en");
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            Keep(answer);
            return (int)answer.StatusCode < 400
                ? (answer.Headers.Location, body)
                : throw new UnfitException($"{request.RequestUri}: {(int)answer.StatusCode} {body}");
        }
    }

    private void Keep(HttpResponseMessage answer)
    {
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
        {
            var pair = cookie.Split(';')[0].Split('=', 2);
            var (name, value) = (pair[0], pair[1]);
            var isGone = value.Length == 0 || cookie.Contains("01 Jan 1970", StringComparison.OrdinalIgnoreCase)
                || cookie.Contains("max-age=0", StringComparison.OrdinalIgnoreCase);
            if (isGone)
            {
                _cookies.Remove(name);
            }
            else
            {
                _cookies[name] = value;
            }
        }
    }
}
