using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AgentAuth.EndToEnd.Support;
using Npgsql;

namespace AgentAuth.EndToEnd.Deploy;

/// <summary>Two nodes behind nginx on one PostgreSQL, as docker-compose.yml and docs/deploy/nginx.conf say.</summary>
public sealed class ComposedTests(PostgresCluster postgres, ITestOutputHelper output)
{
    private static readonly IPAddress Alices = IPAddress.Parse("127.0.0.7");
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alice_and_her_agent_come_through_the_proxy_and_each_node_knows_what_the_other_did()
    {
        await using var site = await ComposedSite.StartAsync(postgres);
        using var web = Web.From(Alices, site.Certificate);
        var server = await web.GetStringAsync($"{site.Issuer}/.well-known/oauth-authorization-server", Stop);
        Assert.Contains($"\"issuer\":\"{site.Issuer}\"", server.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var alice = Person.Alice(site.Issuer, web);
        const string scope = "mail.read offline_access";
        var ask = new Ask($"{site.Issuer}/connect/authorize", site.Resource, site.Issuer, scope, port: 1);

        var code = ask.CodeFrom(await alice.AllowAsync(ask.Url));
        var tokens = await BuyAtBAsync(site, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", ask.RedirectUri),
            ("code_verifier", ask.Verifier));
        Assert.Equal(200, tokens.Status);
        Assert.Equal([$"{Alices}"], await AddressesAsync(site));

        await alice.Browser.OpenAsync($"{site.At("node-a")}/account/agents");
        await alice.PressRemoveAsync(Assert.Single(FormBrowser.Buttons(alice.Browser.Page, "Remove")));
        var refused = await BuyAtBAsync(site, ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken));
        Assert.Equal("invalid_grant", refused.Error);
    }

    [Fact]
    public async Task A_node_that_is_stopped_costs_no_request_and_one_that_dies_none_that_may_be_asked_twice()
    {
        await using var site = await ComposedSite.StartAsync(postgres);
        using var web = Web.From(Alices, site.Certificate);

        var stopped = await UnderLoadAsync(web, site, () => site["node-a"].SignalAsync("TERM"));
        Assert.Equal(0, site["node-a"].ExitCode);
        Assert.DoesNotContain(stopped, a => a.Status != HttpStatusCode.OK);

        await site.StartNodeAsync("node-a");
        var killed = await UnderLoadAsync(web, site, () =>
        {
            site["node-b"].Kill();
            return Task.CompletedTask;
        });
        var lost = killed.Where(a => a.Status != HttpStatusCode.OK).ToList();
        output.WriteLine($"{stopped.Count} requests around a stop, none lost; {killed.Count} around a kill, {lost.Count} lost");
        Assert.All(lost, a => Assert.Equal((HttpMethod.Post, HttpStatusCode.BadGateway), a)); // it may have been done: the client decides
        Assert.InRange(lost.Count, 0, LostToEach * Callers);
        Assert.All(killed.TakeLast(AfterIt / 2), a => Assert.Equal(HttpStatusCode.OK, a.Status));
    }

    private const int Callers = 4;
    private const int AfterIt = 80;

    // The one under way, and one sent down a kept connection, or one not yet accepted, whose end the proxy had not heard of.
    private const int LostToEach = 2;

    /// <summary>Gets and posts from several sides: some while nothing happens, some while it does, some after it.</summary>
    private static async Task<List<(HttpMethod Method, HttpStatusCode Status)>> UnderLoadAsync(
        HttpClient web, ComposedSite site, Func<Task> happen)
    {
        var answers = new ConcurrentQueue<(HttpMethod, HttpStatusCode)>();
        var isOver = false;
        async Task CallAsync()
        {
            while (!Volatile.Read(ref isOver))
            {
                using var read = await web.GetAsync($"{site.Issuer}/.well-known/jwks", Stop);
                answers.Enqueue((HttpMethod.Get, read.StatusCode));
                using var bought = await web.SendAsync(ForItself(site), Stop);
                answers.Enqueue((HttpMethod.Post, bought.StatusCode));
            }
        }
        var callers = Enumerable.Range(0, Callers).Select(_ => CallAsync()).ToArray();
        await AnsweredAsync(answers, more: 40);
        await happen();
        await AnsweredAsync(answers, more: AfterIt);
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(callers);
        return [.. answers];
    }

    private static Task AnsweredAsync(ConcurrentQueue<(HttpMethod, HttpStatusCode)> answers, int more)
    {
        var enough = answers.Count + more;
        return Poll.UntilAsync(() => Task.FromResult(answers.Count >= enough), TimeSpan.FromSeconds(60), () => "The site does not answer.");
    }

    private static HttpRequestMessage ForItself(ComposedSite site) => new(HttpMethod.Post, $"{site.Issuer}/connect/token")
    {
        Headers =
        {
            Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("demo-service:demo-service-secret"))),
        },
        Content = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("scope", "mail.read"), new("resource", site.Resource),
        ]),
    };

    private static async Task<TokenReply> BuyAtBAsync(ComposedSite site, params (string Name, string Value)[] form)
    {
        using var body = new FormUrlEncodedContent(form
            .Append(("client_id", Agent.ClientId)).Append(("resource", site.Resource))
            .Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        using var answer = await Web.Client.PostAsync($"{site.At("node-b")}/connect/token", body, Stop);
        return await TokenReply.ReadAsync(answer);
    }

    /// <summary>Where the audit log says people were.</summary>
    private static async Task<List<string>> AddressesAsync(ComposedSite site)
    {
        await using var source = NpgsqlDataSource.Create(site.Database);
        await using var command = source.CreateCommand("SELECT DISTINCT \"Address\" FROM \"AuditEntries\" WHERE \"Address\" IS NOT NULL");
        await using var rows = await command.ExecuteReaderAsync(Stop);
        List<string> addresses = [];
        while (await rows.ReadAsync(Stop))
        {
            addresses.Add(rows.GetString(0));
        }
        return addresses;
    }
}
