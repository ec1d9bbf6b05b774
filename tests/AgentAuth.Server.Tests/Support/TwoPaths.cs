using System.Buffers.Text;
using System.Text.Json;
using AgentAuth.Server.Tokens.ShortPath;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Two servers on one store: one with the short path, one without.</summary>
internal sealed class TwoPaths : IAsyncDisposable
{
    /// <summary>Random by nature; everything else must be the same.</summary>
    private static readonly string[] Random = ["jti", "at_hash", "access_token", "id_token", "refresh_token"];

    private int _short;

    public AuthServer Short { get; private set; } = null!;

    public AuthServer Whole { get; private set; } = null!;

    public static async Task<TwoPaths> StartAsync()
    {
        var pair = new TwoPaths();
        pair.Short = await AuthServer.StartAsync(pair.Count);
        pair.Whole = pair.Short.Another(Paths.OnlyTheWholePipeline);
        pair.Short.Clock.SetUtcNow(pair.Whole.Clock.GetUtcNow()); // started later
        return pair;
    }

    public Task SameAsync(Func<Agent, Task<TokenAnswer>> act, Func<AuthServer, Agent> who) => SameAsync((agent, _) => act(agent), who);

    public async Task SameAsync(Func<Agent, int, Task<TokenAnswer>> act, Func<AuthServer, Agent> who, bool counted = true)
    {
        var quick = counted ? await CountedAsync(() => act(who(Short), 0)) : await act(who(Short), 0);
        var whole = await NotCountedAsync(() => act(who(Whole), 1));
        AssertSame(whole, quick);
    }

    /// <summary>Answered by the short path; its first look at the news may still be on its way.</summary>
    public async Task<TokenAnswer> CountedAsync(Func<Task<TokenAnswer>> act)
    {
        await Short.HearsAsync();
        var before = _short;
        var answer = await act();
        Assert.Equal(before + 1, _short);
        return answer;
    }

    /// <summary>Where a signed-in browser is sent by one of the two.</summary>
    public async Task<string> AnswerAsync(Browser person, AuthServer by, string ask, bool counted)
    {
        await Short.HearsAsync();
        var before = _short;
        using var request = new HttpRequestMessage(HttpMethod.Get, ask);
        request.Headers.Add("Cookie", string.Join("; ", person.Cookies.Select(c => $"{c.Key}={c.Value}")));
        using var http = by.Http();
        using var response = await http.SendAsync(request);
        Assert.Equal(before + (counted ? 1 : 0), _short);
        return response.Headers.Location?.ToString() ?? "";
    }

    public async Task<TokenAnswer> NotCountedAsync(Func<Task<TokenAnswer>> act)
    {
        var before = _short;
        var answer = await act();
        Assert.Equal(before, _short);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await Whole.DisposeAsync();
        await Short.DisposeAsync();
    }

    private void Count(IWebHostBuilder host) =>
        host.ConfigureTestServices(services => services.AddSingleton<IStartupFilter>(new Counter(this)));

    private sealed class Counter(TwoPaths pair) : IStartupFilter
    {
        public Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> Configure(
            Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> next) => app =>
        {
            Microsoft.AspNetCore.Builder.UseExtensions.Use(app, async (context, following) =>
            {
                await following(context);
                if (context.Items.ContainsKey(ShortPathFirst.Mark))
                {
                    Interlocked.Increment(ref pair._short);
                }
            });
            next(app);
        };
    }

    public static void AssertSame(TokenAnswer expected, TokenAnswer actual)
    {
        Assert.Equal(expected.Status, actual.Status);
        Assert.Equal(Shape(expected.Json), Shape(actual.Json));
    }

    /// <summary>Every property with its value, tokens opened, in alphabetical order; what is random by its presence.</summary>
    private static string Shape(JsonElement json)
    {
        var lines = json.EnumerateObject().Select(p => p.Name switch
        {
            "access_token" or "id_token" => $"{p.Name} {Opened(p.Value.GetString()!)}",
            _ when Random.Contains(p.Name, StringComparer.Ordinal) => p.Name,
            _ => $"{p.Name} {JsonSerializer.Serialize(p.Value)}", // one of the two writes what is in it on lines of its own
        });
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static string Opened(string jwt)
    {
        var parts = jwt.Split('.');
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        return $"{Shape(header.RootElement)} | {Shape(payload.RootElement)}";
    }
}
