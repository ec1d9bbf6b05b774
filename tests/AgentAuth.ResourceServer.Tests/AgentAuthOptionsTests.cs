using AgentAuth.ResourceServer.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentAuth.ResourceServer.Tests;

public sealed class AgentAuthOptionsTests
{
    private static readonly Dictionary<string, (Action<AgentAuthOptions> Break, string Help)> Mistakes = new(StringComparer.Ordinal)
    {
        ["no issuer"] = (o => o.Issuer = "", "o.Issuer = "),
        ["relative issuer"] = (o => o.Issuer = "id.test/x", "o.Issuer = "),
        ["issuer in the clear"] = (o => o.Issuer = "http://id.test", "must be https"),
        ["issuer with a query"] = (o => o.Issuer = "https://id.test?x=1", "no query"),
        ["no resource"] = (o => o.Resource = "", "o.Resource = "),
        ["resource in the clear"] = (o => o.Resource = "http://api.test/mail", "must be https"),
        ["resource with a fragment"] = (o => o.Resource = "https://api.test/mail#x", "no query, fragment"),
        ["no account"] = (o => (o.AccountClientId, o.AccountClientSecret) = (null, null), "o.AllowUnrevocableTokens = true;"),
        ["half an account"] = (o => o.AccountClientSecret = null, "come together"),
        ["a scope with a quote"] = (o => o.ScopesSupported = ["mail\"read"], "is no scope"),
        ["a tool scope with a blank"] = (o => o.ToolScopes["a"] = ["mail read"], "is no scope"),
        ["shared secrets"] = (o => o.Algorithms = ["HS256"], "Algorithms may hold only ES256"),
        ["no signature"] = (o => o.Algorithms = ["none"], "Algorithms may hold only ES256"),
        ["no algorithm"] = (o => o.Algorithms = [], "Algorithms may hold only ES256"),
        ["endless grace"] = (o => o.RevocationGrace = TimeSpan.FromHours(1), "RevocationGrace"),
        ["an origin with a path"] = (o => o.AllowedOrigins = ["https://app.test/"], "no origin"),
    };

    public static TheoryData<string> Names => [.. Mistakes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_app_with_a_mistake_does_not_start_and_says_what_helps(string name)
    {
        var (spoil, help) = Mistakes[name];
        await using var app = Build(o =>
        {
            o.Issuer = "https://id.test";
            o.Resource = MailApi.Identifier;
            o.AccountClientId = "mail";
            o.AccountClientSecret = "secret";
            spoil(o);
        });

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(help, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_starts_while_its_issuer_is_away()
    {
        await using var app = Build(o =>
        {
            o.Issuer = "http://127.0.0.1:9";
            o.Resource = MailApi.Identifier;
            o.AccountClientId = "mail";
            o.AccountClientSecret = "secret";
        });

        await app.StartAsync(TestContext.Current.CancellationToken);
        using var agent = new Agent(app.Urls.Single());

        Assert.Equal(401, (await agent.GetAsync("/mail")).Status);
    }

    private static WebApplication Build(Action<AgentAuthOptions> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAgentAuth(configure);
        var app = builder.Build();
        app.MapGet("/mail", () => "mail").RequireAgentAuth();
        return app;
    }
}
