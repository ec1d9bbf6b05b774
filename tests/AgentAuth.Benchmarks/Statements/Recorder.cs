namespace AgentAuth.Benchmarks.Statements;

/// <summary>Stands between a client and the wire and notes, request by request, what the server asked of its database meanwhile.</summary>
internal sealed class Recorder(TracedServer server)
    : DelegatingHandler(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false })
{
    /// <summary>Both engines tell of a statement as it begins; longer would only let more of the chores' statements in.</summary>
    private static readonly TimeSpan UntilWritten = TimeSpan.FromMilliseconds(5);

    /// <summary>Every chore that asks often asks within this.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(3);

    private readonly HashSet<string> _chores = new(StringComparer.Ordinal);
    private readonly List<(string Request, IReadOnlyList<string> Statements)> _heard = [];

    public bool IsOn { get; set; }

    /// <summary>What is asked while nobody sends a request is no request's.</summary>
    public async Task LearnChoresAsync()
    {
        var before = server.Statements().Count;
        await Task.Delay(LongEnough);
        _chores.UnionWith(server.Statements().Skip(before).Where(sql => !Count.IsAside(sql)));
    }

    /// <summary>Each kind of request with what it asks most often.</summary>
    public IEnumerable<(string Request, IReadOnlyList<string> Statements)> Usual() => _heard
        .GroupBy(one => one.Request, StringComparer.Ordinal)
        .Select(group => (group.Key, group
            .GroupBy(one => string.Join('\n', one.Statements), StringComparer.Ordinal)
            .OrderByDescending(same => same.Count()).ThenBy(same => same.First().Statements.Count)
            .First().First().Statements));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!IsOn)
        {
            return await base.SendAsync(request, cancellationToken);
        }
        var label = await LabelAsync(request, cancellationToken);
        var before = server.Statements().Count;
        var answer = await base.SendAsync(request, cancellationToken);
        await Task.Delay(UntilWritten, cancellationToken);
        _heard.Add((label, [.. server.Statements().Skip(before).Where(sql => !_chores.Contains(sql))]));
        return answer;
    }

    private static async Task<string> LabelAsync(HttpRequestMessage request, CancellationToken stop)
    {
        var form = request.Content is null ? "" : await request.Content.ReadAsStringAsync(stop);
        var grant = form.Split('&').FirstOrDefault(field => field.StartsWith("grant_type=", StringComparison.Ordinal))?.Split('=')[1];
        return $"{request.Method} {request.RequestUri!.AbsolutePath}{(grant is null ? "" : " " + grant)}";
    }
}
