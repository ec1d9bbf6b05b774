using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AgentAuth.Server.Signals;

/// <summary>
/// What the server counts and times: every instrument, here and nowhere else. Tags are few and from short lists of ours: never a person,
/// a client, a token, or a word that a request brought. With nobody listening a call is one look at a flag. docs/observe.md describes each.
/// </summary>
internal static class Telemetry
{
    /// <summary>Of the meter and of the source of steps.</summary>
    public const string Name = "AgentAuth";

    private static readonly Meter Meter = new(Name);

    private static readonly ActivitySource Steps = new(Name);

    private static readonly InstrumentAdvice<double> Quick = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    };

    private static readonly Counter<long> TokensIssued = Meter.CreateCounter<long>(
        "agentauth.tokens.issued", "{answer}", "Answers of the token endpoint that carried tokens, by grant_type.");

    private static readonly Histogram<double> TokenDuration = Meter.CreateHistogram(
        "agentauth.token.duration", "s", "Time the token endpoint took to answer, by grant_type and outcome.", advice: Quick);

    private static readonly Histogram<double> RequestDuration = Meter.CreateHistogram(
        "agentauth.request.duration", "s", "Time the other protocol endpoints took, by endpoint and outcome.", advice: Quick);

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "agentauth.refusals", "{refusal}", "Requests refused, by endpoint and OAuth error name.");

    private static readonly Counter<long> RefusalsNotKept = Meter.CreateCounter<long>(
        "agentauth.refusals.not_kept", "{refusal}", "Refusals that cannot be explained later, by reason: sender, behind.");

    private static readonly Histogram<double> Propagation = Meter.CreateHistogram<double>(
        "agentauth.revocation.propagation", "s", "From the moment something ended until this node's event streams told it.",
        advice: new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2, 5, 10, 60] });

    private static readonly Counter<long> CatalogLookups = Meter.CreateCounter<long>(
        "agentauth.catalog.lookups", "{lookup}", "Looks into the cache of clients, resources and scopes, by result.");

    private static readonly Counter<long> SignIns = Meter.CreateCounter<long>(
        "agentauth.sign_ins", "{sign_in}", "Attempts to sign in, by result: succeeded, refused, throttled.");

    private static readonly Counter<long> Consents = Meter.CreateCounter<long>(
        "agentauth.consents", "{answer}", "Questions people answered, by decision: allowed, denied.");

    private static readonly UpDownCounter<long> EventStreams = Meter.CreateUpDownCounter<long>(
        "agentauth.event_streams", "{stream}", "Revocation event streams that are open.");

    private static readonly Counter<long> PrunedRows = Meter.CreateCounter<long>(
        "agentauth.pruned.rows", "{row}", "Old rows taken away, by table.");

    private static readonly Counter<long> ChoreRounds = Meter.CreateCounter<long>(
        "agentauth.chores", "{round}", "Rounds of chores on this node, by chore and result: done, failed.");

    private static readonly Counter<long> KeyRotations = Meter.CreateCounter<long>(
        "agentauth.key.rotations", "{rotation}", "Times this node began to sign with another key.");

    private static readonly Counter<long> LostActivities = Meter.CreateCounter<long>(
        "agentauth.activities.not_kept", "{line}", "Lines of what agents did that were not kept, by reason: full, crowded.");

    private static Func<long>? _writeQueueDepth;
    private static Func<long>? _waitingActivities;

    static Telemetry()
    {
        Meter.CreateObservableGauge(
            "agentauth.write_queue.depth", () => _writeQueueDepth?.Invoke() ?? 0, "{request}",
            "Requests that wait for their turn to write.");
        Meter.CreateObservableGauge(
            "agentauth.activities.waiting", () => _waitingActivities?.Invoke() ?? 0, "{line}",
            "Lines of what agents did that wait to be written.");
    }

    public static bool IsOn => TokenDuration.Enabled || Steps.HasListeners();

    /// <summary>Who knows how many wait for their turn to write says how to ask.</summary>
    public static void WatchWriteQueue(Func<long> depth) => Volatile.Write(ref _writeQueueDepth, depth);

    /// <summary>Who knows how much of what agents did waits to be written says how to ask.</summary>
    public static void WatchActivities(Func<long> waiting) => Volatile.Write(ref _waitingActivities, waiting);

    /// <summary>
    /// A series that begins with the first event shows no increase by it, and one that never began is no zero: who has an alarm on either
    /// needs them from the start.
    /// </summary>
    public static void CountFromZero(IEnumerable<string> chores)
    {
        KeyRotations.Add(0);
        EventStreams.Add(0);
        foreach (var chore in chores)
        {
            ChoreRounds.Add(0, Tag("chore", chore), Tag("result", "done"));
            ChoreRounds.Add(0, Tag("chore", chore), Tag("result", "failed"));
        }
    }

    /// <summary>A part of a trace; null when nobody traces.</summary>
    public static Activity? Step(string name) => Steps.StartActivity(name);

    public static void TokenAnswered(string grantType, string? error, TimeSpan took)
    {
        if (error is null)
        {
            TokensIssued.Add(1, Tag("grant_type", grantType));
        }
        TokenDuration.Record(took.TotalSeconds, Tag("grant_type", grantType), Outcome(error));
    }

    public static void Answered(string endpoint, string? error, TimeSpan took) =>
        RequestDuration.Record(took.TotalSeconds, Tag("endpoint", endpoint), Outcome(error));

    public static void Refused(string endpoint, string error) => Refusals.Add(1, Tag("endpoint", endpoint), Tag("error", error));

    public static void RefusalNotKept(string reason) => RefusalsNotKept.Add(1, Tag("reason", reason));

    public static void ActivitiesNotKept(string reason, int lines)
    {
        if (lines > 0)
        {
            LostActivities.Add(lines, Tag("reason", reason));
        }
    }

    public static void Told(TimeSpan afterItsEnd) => Propagation.Record(Math.Max(0, afterItsEnd.TotalSeconds));

    /// <summary>Several times in each request, so it looks at the flag before anything else.</summary>
    public static void CatalogHit() => CatalogLooked("hit");

    public static void CatalogMiss() => CatalogLooked("miss");

    public static void SignedIn() => SignIns.Add(1, Tag("result", "succeeded"));

    public static void SignInRefused() => SignIns.Add(1, Tag("result", "refused"));

    public static void SignInThrottled() => SignIns.Add(1, Tag("result", "throttled"));

    public static void ConsentAllowed() => Consents.Add(1, Tag("decision", "allowed"));

    public static void ConsentDenied() => Consents.Add(1, Tag("decision", "denied"));

    public static void StreamOpened() => EventStreams.Add(1);

    public static void StreamClosed() => EventStreams.Add(-1);

    public static void Pruned(string table, int rows) => PrunedRows.Add(rows, Tag("table", table));

    public static void ChoreDone(string chore) => ChoreRounds.Add(1, Tag("chore", chore), Tag("result", "done"));

    public static void ChoreFailed(string chore) => ChoreRounds.Add(1, Tag("chore", chore), Tag("result", "failed"));

    public static void KeyTookOver() => KeyRotations.Add(1);

    private static void CatalogLooked(string result)
    {
        if (CatalogLookups.Enabled)
        {
            CatalogLookups.Add(1, Tag("result", result));
        }
    }

    private static KeyValuePair<string, object?> Outcome(string? error) => Tag("outcome", error is null ? "answered" : "refused");

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
