using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentAuth.EndToEnd.Support;

/// <summary>A site on a free loopback port, of one page, that remembers who came: an agent's redirect URI, an attacker's trap.</summary>
internal sealed class LoopbackSite : IAsyncDisposable
{
    private readonly Channel<Uri> _visits = Channel.CreateUnbounded<Uri>();
    private readonly WebApplication _site;

    private LoopbackSite(WebApplication site) => _site = site;

    public int Port { get; private init; }

    public string Origin => $"http://127.0.0.1:{Port}";

    public static async Task<LoopbackSite> StartAsync(string html, string? policy = null)
    {
        var port = Machine.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://localhost:{port}");
        var site = new LoopbackSite(builder.Build()) { Port = port };
        site._site.Run(async request =>
        {
            site._visits.Writer.TryWrite(new Uri($"http://{request.Request.Host}{request.Request.Path}{request.Request.QueryString}"));
            request.Response.Headers.ContentSecurityPolicy = policy;
            request.Response.ContentType = "text/html; charset=utf-8";
            await request.Response.WriteAsync(html, request.RequestAborted);
        });
        await site._site.StartAsync(TestContext.Current.CancellationToken);
        return site;
    }

    /// <summary>The next visit to the path.</summary>
    public async Task<Uri> VisitAsync(string path)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await foreach (var visit in _visits.Reader.ReadAllAsync(limit.Token))
        {
            if (visit.AbsolutePath == path)
            {
                return visit;
            }
        }

        throw new Xunit.Sdk.XunitException($"Nobody came to {path}.");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
