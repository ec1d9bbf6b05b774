using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A resource server that tells what agents did, and a look at what came of it.</summary>
internal static class Reporting
{
    public const string MailAccount = "demo-resource:demo-resource-secret";

    public static string NewId() => Guid.CreateVersion7().ToString("N");

    public static Task<HttpResponseMessage> ReportsAsync(
        this AuthServer server, string id, object[] uses, string? credentials = MailAccount, string resource = AuthServer.Mail) =>
        server.SendsReportAsync(JsonContent.Create(new { id, resource, uses }), credentials);

    public static async Task<HttpResponseMessage> SendsReportAsync(
        this AuthServer server, HttpContent content, string? credentials = MailAccount)
    {
        using var http = server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/usage") { Content = content };
        request.Headers.Authorization = credentials is null ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return await http.SendAsync(request);
    }

    public static async Task IsToldAsync(this AuthServer server, params object[] uses)
    {
        using var answer = await server.ReportsAsync(NewId(), uses);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public static string GrantOf(TokenAnswer tokens) => tokens.Claims.GetProperty("gid").GetString()!;

    /// <summary>Lines of one kind as soon as they are as expected: what is noted is written a moment later.</summary>
    public static async Task<List<Activity>> FeedAsync(this AuthServer server, ActivityKind kind, Func<List<Activity>, bool> isThere)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var glance = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var lines = await server.LookAsync(
                db => db.Activities.AsNoTracking().Where(a => a.Kind == kind).OrderBy(a => a.At).ThenBy(a => a.Id).ToListAsync());
            if (isThere(lines))
            {
                return lines;
            }
            await glance.WaitForNextTickAsync(patience.Token);
        }
    }
}
