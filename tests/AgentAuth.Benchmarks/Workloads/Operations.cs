using System.Collections.Concurrent;
using AgentAuth.Benchmarks.Contestants;
using AgentAuth.Benchmarks.Load;

namespace AgentAuth.Benchmarks.Workloads;

/// <summary>The workloads: what is made ready before the clock runs, and what is done while it does.</summary>
internal static class Operations
{
    /// <summary>Introspected in turn.</summary>
    private const int IntrospectedTokens = 64;

    /// <summary>Those whose grants are ended are not those whose consent is remembered.</summary>
    private static int FirstRevoker(WorkloadOptions options) => Math.Max(options.Chains, options.Workers);

    public static int People(WorkloadOptions options) => FirstRevoker(options) + options.Revocations;

    public static Task<Operation> PrepareAsync(string workload, Crew crew, WorkloadOptions options) => crew.Contestant is Floor
        ? Task.FromResult(new Operation(worker => worker.ClientCredentialsAsync()))
        : workload switch
        {
            "W1" => Task.FromResult(new Operation(worker => worker.ClientCredentialsAsync())),
            "W2" => RefreshAsync(crew, options.Chains),
            "W3" => ConnectAsync(crew, askAgain: false),
            "W3c" => ConnectAsync(crew, askAgain: true),
            "W4" => IntrospectAsync(crew),
            "W5" => RevokeAsync(crew, FirstRevoker(options), options.Revocations),
            "W6" => Task.FromResult(new Operation(worker => worker.RegisterAsync())),
            "W7" => Task.FromResult(new Operation(worker => worker.ReadMetadataAsync())),
            _ => throw new UnfitException($"There is no workload {workload}."),
        };

    private static async Task<Operation> RefreshAsync(Crew crew, int chains)
    {
        var waiting = new ConcurrentQueue<Tokens>();
        await crew.SharedAsync(chains, async (worker, chain) => waiting.Enqueue(await crew.Person(chain).ConnectAsync(worker)));
        return new(async worker =>
        {
            if (!waiting.TryDequeue(out var chain))
            {
                throw new UnfitException("Every chain broke.");
            }
            waiting.Enqueue(await worker.RefreshAsync(chain));
        });
    }

    private static async Task<Operation> ConnectAsync(Crew crew, bool askAgain)
    {
        var people = crew.Workers.Select((_, i) => crew.Person(i)).ToList();
        await crew.SharedAsync(people.Count, (worker, i) => people[i].ConnectAsync(worker));
        var idle = new ConcurrentQueue<Person>(people);
        return new(async worker =>
        {
            if (!idle.TryDequeue(out var person))
            {
                throw new UnfitException("Nobody is free.");
            }
            var before = person.Consents;
            try
            {
                await person.ConnectAsync(worker, askAgain);
            }
            finally
            {
                idle.Enqueue(person);
            }
            if (person.Consents != before + (askAgain ? 1 : 0))
            {
                throw new UnfitException(askAgain ? "Consent was not asked once." : "Consent was not remembered.");
            }
        });
    }

    private static async Task<Operation> IntrospectAsync(Crew crew)
    {
        var (resource, isJwt) = crew.Contestant.Introspected;
        var tokens = new string[IntrospectedTokens];
        await crew.SharedAsync(
            tokens.Length, async (worker, i) => tokens[i] = (await worker.ClientCredentialsAsync(resource, isJwt)).Access);
        await crew.Workers[0].IntrospectAsync("not-a-token-not-a-token-not-a-token", mustBeActive: false);
        var turn = 0;
        return new(worker => worker.IntrospectAsync(
            tokens[(int)((uint)Interlocked.Increment(ref turn) % tokens.Length)], mustBeActive: true));
    }

    private static async Task<Operation> RevokeAsync(Crew crew, int firstPerson, int revocations)
    {
        var alive = new ConcurrentQueue<Tokens>();
        await crew.SharedAsync(
            revocations, async (worker, i) => alive.Enqueue(await crew.Person(firstPerson + i).ConnectAsync(worker)));
        alive.TryPeek(out var first);
        return new(
            worker => alive.TryDequeue(out var tokens) ? worker.RevokeAsync(tokens) : throw new UnfitException("Nothing is left."),
            revocations,
            () => crew.Workers[0].MustNotRefreshAsync(first!));
    }
}
