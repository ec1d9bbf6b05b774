using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A developer with an error_id.</summary>
internal static partial class Explaining
{
    private const int TimeoutMilliseconds = 1_000;

    /// <summary>The page that explains it, as soon as it is written down.</summary>
    public static async Task<Browser> ReadsWhyAsync(this Browser person, AuthServer server, string id)
    {
        await server.WritesDownAsync(id);
        return await person.OpenAsync($"/developers/why?id={id}");
    }

    /// <summary>Refusals are written a moment after they were answered.</summary>
    public static async Task WritesDownAsync(this AuthServer server, string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var glance = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await server.LookAsync(db => db.RefusedRequests.AnyAsync(r => r.Id == id)))
        {
            await glance.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>From JSON.</summary>
    public static string ErrorId(this TokenAnswer refusal) =>
        refusal.Text("error_id") ?? throw new InvalidOperationException($"No error_id: {refusal}");

    /// <summary>From the address a redirect led to, or from the page that stands in its place.</summary>
    public static string ErrorId(this Browser person) => person.Answer.TryGetValue("error_id", out var id) ? id
        : InLink().Match(person.Page.QuerySelector("a[href*='/developers/why']")?.GetAttribute("href") ?? "") is { Success: true } found
            ? found.Value
            : throw new InvalidOperationException($"No error_id: {person.Left} {person.Text}");

    /// <summary>From a challenge for bearer tokens.</summary>
    public static async Task<string> UserInfoErrorIdAsync(this AuthServer server, string accessToken)
    {
        using var http = server.Http();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await http.GetAsync("/connect/userinfo");
        return InChallenge().Match(response.Headers.WwwAuthenticate.ToString()) is { Success: true } found
            ? found.Value
            : throw new InvalidOperationException($"No error_id: {response.Headers.WwwAuthenticate}");
    }

    [GeneratedRegex("(?<=id=)[0-9a-f]{12}", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex InLink();

    [GeneratedRegex("(?<=error_id=\")[0-9a-f]{12}", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex InChallenge();
}
