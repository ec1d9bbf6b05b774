using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>Several writers at once, none of whom shares a grant with another.</summary>
internal sealed class Pool
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Writer[] _writers;

    private Pool(Writer[] writers) => _writers = writers;

    public int Facts => _writers.Sum(writer => writer.Journal.Facts);

    public int Acknowledged => _writers.Sum(writer => writer.Acknowledged);

    public int Unanswered => _writers.Sum(writer => writer.Unanswered);

    /// <summary>Writers on each of these nodes in turn; their first person is signed in where the issuer's name leads.</summary>
    public static async Task<Pool> OfAsync(int count, params DemoProcess[] nodes)
    {
        var issuer = nodes[0];
        var writers = new List<Writer>();
        foreach (var (name, mail) in new[] { "alice", "bob", "dev", "admin" }.SelectMany(n => new[] { (n, true), (n, false) }).Take(count))
        {
            var agent = await Agent.MeetAtAsync(nodes[writers.Count % nodes.Length], mail ? issuer.Mail : issuer.Files);
            writers.Add(new Writer(Person.Named(issuer, name), agent, mail ? "mail.read offline_access" : "files.read offline_access"));
        }

        return new Pool([.. writers]);
    }

    /// <summary>Writes until told to stop; what goes wrong on the way is waited out.</summary>
    /// <param name="until">Tells it to.</param>
    /// <param name="pause">Between two steps of one writer, where they are not to write as fast as they can.</param>
    public Task WriteAsync(CancellationToken until, TimeSpan pause = default) => Task.WhenAll(_writers.Select(writer => Task.Run(
        async () =>
        {
            while (!until.IsCancellationRequested)
            {
                try
                {
                    await writer.StepAsync();
                    await Task.Delay(pause, TestContext.Current.CancellationToken);
                }
                catch (HttpRequestException)
                {
                    await Task.Delay(Pause, TestContext.Current.CancellationToken);
                }
            }
        },
        TestContext.Current.CancellationToken)));

    public async Task WriteForAsync(TimeSpan time)
    {
        using var until = new CancellationTokenSource(time);
        await WriteAsync(until.Token);
    }

    /// <summary>After each fault: what was acknowledged last holds.</summary>
    public Task HoldsAsync(int lastRemovals = 3) => Task.WhenAll(_writers.Select(writer => writer.HoldsAsync(lastRemovals)));

    /// <summary>At the end: everything ever acknowledged holds.</summary>
    public Task EverythingHoldsAsync() => Task.WhenAll(_writers.Select(writer => writer.EverythingHoldsAsync()));
}
