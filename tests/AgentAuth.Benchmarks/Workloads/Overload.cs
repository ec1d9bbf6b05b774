using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentAuth.Benchmarks.Load;

namespace AgentAuth.Benchmarks.Workloads;

/// <summary>
/// Ten times what the server can take, sent whether it answers or not. Who is not served must be told so at once and when to come back;
/// who is served must not wait long; and when it is over the server must soon be itself again.
/// </summary>
internal sealed class Overload(Crew crew, WorkloadOptions options)
{
    private const int Times = 10;

    /// <summary>More would measure the generator's own memory; those beyond are counted as not sent.</summary>
    private const int MostUnderWay = 2_000;

    /// <summary>So many good answers in a row are a server that is itself again.</summary>
    private const int GoodInARow = 20;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MayTakeToRecover = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<double> _served = [];
    private int _underWay;
    private int _sent;
    private int _unsent;
    private int _withoutRetryAfter;

    /// <returns>What happened, and whether it may be so.</returns>
    public async Task<(string Markdown, bool IsFine)> RunAsync()
    {
        await Window.RunAsync(crew, worker => worker.ClientCredentialsAsync(), options.WarmUp, int.MaxValue);
        var normal = await Window.RunAsync(crew, worker => worker.ClientCredentialsAsync(), options.Time, int.MaxValue);
        var capacity = normal.Operations / normal.Seconds;
        await Console.Error.WriteLineAsync(FormattableString.Invariant($"{crew.Contestant.Name} takes {capacity:F0}/s"));
        using var wire = Wire.Open(MostUnderWay);
        var sinceTheEnd = await FloodAsync(new Client(crew.Contestant, wire), capacity * Times);
        var recovery = await RecoverAsync(sinceTheEnd);
        var served = _served.Order().ToArray();
        var answers = string.Join(", ", _answers.OrderByDescending(a => a.Value).Select(a => $"{a.Value} × {a.Key}"));
        var text = new StringBuilder()
            .AppendLine(FormattableString.Invariant(
                $"**{crew.Contestant.Name}**: takes {capacity:F0} tokens/s; {Times} times that for {options.Time.TotalSeconds} s:"))
            .AppendLine()
            .AppendLine(FormattableString.Invariant($"- sent {_sent}, not sent because {MostUnderWay} were under way {_unsent}"))
            .AppendLine(FormattableString.Invariant($"- answers: {answers}; refusals without `Retry-After`: {_withoutRetryAfter}"))
            .AppendLine(served.Length == 0
                ? "- nobody was served"
                : FormattableString.Invariant(
                    $"- served: p50 {Window.Percentile(served, 0.5):F0} ms, p99 {Window.Percentile(served, 0.99):F0} ms"))
            .AppendLine(FormattableString.Invariant($"- itself again after {recovery.TotalSeconds:F1} s"))
            .AppendLine();
        var refusals = _answers.Keys.All(answer => answer is "200" or "429" or "503");
        return (text.ToString(), refusals && _withoutRetryAfter == 0 && recovery <= MayTakeToRecover);
    }

    /// <returns>A clock that runs since the last request was sent.</returns>
    private async Task<Stopwatch> FloodAsync(Client client, double perSecond)
    {
        var clock = Stopwatch.StartNew();
        var due = 0;
        var all = new List<Task>();
        while (clock.Elapsed < options.Time)
        {
            var target = (int)(clock.Elapsed.TotalSeconds * perSecond);
            for (; due < target; due++)
            {
                if (Volatile.Read(ref _underWay) >= MostUnderWay)
                {
                    _unsent++;
                    continue;
                }
                Interlocked.Increment(ref _underWay);
                _sent++;
                all.Add(AskAsync(client));
            }
            await Task.Delay(Tick);
        }
        var sinceTheEnd = Stopwatch.StartNew();
        await Task.WhenAll(all);
        return sinceTheEnd;
    }

    private async Task AskAsync(Client client)
    {
        var at = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await client.AskForTokenAsync();
            Count(((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
            if (answer.IsSuccessStatusCode)
            {
                _served.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
            }
            else if (answer.Headers.RetryAfter is null)
            {
                Interlocked.Increment(ref _withoutRetryAfter);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            Count(failure is TaskCanceledException ? "no answer in time" : "connection lost");
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private void Count(string answer) => _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);

    private async Task<TimeSpan> RecoverAsync(Stopwatch clock)
    {
        var (since, good) = (TimeSpan.Zero, 0);
        while (good < GoodInARow && clock.Elapsed < Patience)
        {
            good = await IsServedAsync() ? good + 1 : 0;
            since = good == 1 ? clock.Elapsed : since;
        }
        return good < GoodInARow ? Patience : since;
    }

    private async Task<bool> IsServedAsync()
    {
        try
        {
            using var answer = await crew.Workers[0].AskForTokenAsync();
            return answer.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
