using System.Data.Common;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Setup;

/// <summary>
/// For whoever watches the server: <c>/health/live</c> is 200 while the process can answer at all, <c>/health/ready</c> while it can issue
/// tokens. Not ready means: send requests elsewhere. Not live means: start it again.
/// </summary>
internal static class HealthSetup
{
    /// <summary>Who asks waits as long; a database that is away or frozen must not keep the question open.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static void MapHealth(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.MapGet("/health/live", () => Results.Text("alive"));
        app.MapGet("/health/ready", async (AgentAuthDb db, KeyRing keys, CancellationToken stop) =>
        {
            if (stopping.IsCancellationRequested)
            {
                return NotReady("draining");
            }
            if (!keys.IsReady)
            {
                return NotReady("no keys");
            }
            return await AnswersAsync(db, stop) ? Results.Text("ready") : NotReady("no database");
        });
    }

    private static IResult NotReady(string why) =>
        Results.Text($"not ready: {why}", statusCode: StatusCodes.Status503ServiceUnavailable);

    /// <summary>A real statement: a pooled connection looks open long after the other end is gone.</summary>
    private static async Task<bool> AnswersAsync(AgentAuthDb db, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            return await db.SigningKeys.AnyAsync(patience.Token);
        }
        catch (Exception failure) when (IsAway(failure))
        {
            return false;
        }
    }

    private static bool IsAway(Exception failure) => failure switch
    {
        DbException or OperationCanceledException or TimeoutException => true,
        InvalidOperationException wrapped => wrapped.InnerException is DbException or TimeoutException, // so EF tells a passing failure
        _ => false,
    };
}
