namespace AgentAuth.ResourceServer.Limits;

/// <summary>Why a call that its scopes allow is not made: words an agent can act on, and what an API answers.</summary>
/// <param name="Status">HTTP status, where it is an API that is called.</param>
/// <param name="Error">Name of the error there.</param>
/// <param name="Words">For the agent; nothing of its call is in them.</param>
internal sealed record LimitRefusal(int Status, string Error, string Words)
{
    public static readonly LimitRefusal BudgetUnknown = new(
        503, "temporarily_unavailable",
        "Whether the person's daily limit allows this cannot be checked at the moment. Nothing was done. Try again later.");

    public static readonly LimitRefusal Refused = new(403, "approval_refused", "The person did not allow it.");

    public static readonly LimitRefusal TakenBack = new(
        403, "approval_refused", "The person allows this no more: it was taken back while it was asked about. Nothing was done.");

    public static readonly LimitRefusal NoAnswer = new(
        403, "approval_pending", "No answer yet; call again with the same arguments.");

    public static readonly LimitRefusal Expired = new(
        403, "approval_expired", "The person did not answer in time. Nothing was done; call again to ask anew.");

    public static readonly LimitRefusal TooMany = new(
        429, "approval_pending", "Several other actions wait for the person's answer. Nothing was done; try again when they are answered.");

    public static readonly LimitRefusal CannotAsk = new(
        503, "temporarily_unavailable", "The person must be asked about this and cannot be at the moment. Nothing was done.");

    public static readonly LimitRefusal TooLong = new(
        403, "approval_refused", "The person must be asked about this, and these arguments are too long to show. Nothing was done.");

    public static LimitRefusal BudgetExhausted(string resets) => new(
        429, "budget_exhausted", $"The person's daily limit for changes is used up. Nothing was done. It starts anew at {resets}.");
}
