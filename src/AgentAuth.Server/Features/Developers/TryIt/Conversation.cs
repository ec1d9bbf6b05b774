using AgentAuth.Server.Specs;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>
/// Takes a step: what it uses up is noted first, so that of two at once one is taken; then it is sent, and the answer kept.
/// </summary>
internal sealed class Conversation(OwnPipeline server, Runs runs, OnlyItsOwner only, Issuer issuer, TimeProvider clock)
{
    private const string NotYours =
        "These were tokens of somebody else: nothing of them is kept, and what was allowed has ended. Redeem codes of your own only.";

    /// <returns>False when another step of the run was taken at the same moment; then this one was not.</returns>
    public async Task<bool> TakeAsync(Step step, Found found, Owner owner, HttpContext http)
    {
        var run = found.Run!;
        var request = step.Request(run);
        if (await runs.WriteAsync(found, step.Before(run), owner, http.RequestAborted) is not { } taken)
        {
            return false;
        }
        var answer = await server.SendAsync(request, http);
        var isForeign = await only.EndsAsync(answer, owner);
        var exchange = new Exchange(
            step.Title, clock.GetUtcNow(), Exchange.Within(request.Shown(issuer)),
            isForeign ? NotYours : Exchange.Within(answer.Shown()), answer.Error, answer.ErrorId);
        var next = isForeign ? taken.Run! : step.After(taken.Run!, answer);
        return await runs.WriteAsync(taken, next.Kept(exchange), owner, http.RequestAborted) is not null;
    }
}
