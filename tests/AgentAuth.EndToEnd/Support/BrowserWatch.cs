using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Support;

/// <summary>Notes what a browser asks for and complains about.</summary>
internal sealed class BrowserWatch
{
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly ConcurrentQueue<Uri> _requests = [];

    public BrowserWatch(IBrowserContext context)
    {
        context.Request += (_, request) => _requests.Enqueue(new Uri(request.Url));
        context.WebError += (_, error) => _complaints.Enqueue(error.Error);
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue($"{message.Type} on {message.Page?.Url}: {message.Text}");
            }
        };
    }

    public IReadOnlyCollection<string> Complaints => _complaints;

    public IReadOnlyCollection<string> Origins => [.. _requests
        .Where(url => url.Scheme is not ("data" or "blob"))
        .Select(url => url.GetLeftPart(UriPartial.Authority))
        .Distinct(StringComparer.Ordinal)];
}
