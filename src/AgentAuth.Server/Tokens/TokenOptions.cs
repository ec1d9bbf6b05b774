using System.ComponentModel.DataAnnotations;

namespace AgentAuth.Server.Tokens;

/// <summary>How long things live. <c>AgentAuth:Tokens:*</c>.</summary>
internal sealed class TokenOptions : IValidatableObject
{
    public static readonly TimeSpan LongestAccessToken = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan UsualRefreshGrace = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LongestRefreshGrace = TimeSpan.FromMinutes(1);

    /// <summary>RFC 6749 §4.1.2 allows ten minutes; nobody needs more than one (ASVS 10.4.3).</summary>
    public TimeSpan AuthorizationCode { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan AccessToken { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a refresh token may lie unused.</summary>
    public TimeSpan RefreshTokenIdle { get; set; } = TimeSpan.FromDays(30);

    /// <summary>No later end is proposed to a person who allows something; they may choose one (docs/decisions/0024).</summary>
    public TimeSpan Grant { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a refresh token that was used gives the same client its one successor again: two processes of an agent that refresh at
    /// once, or a reply that was lost, are no theft. Zero: not at all; docs/decisions/0027.
    /// </summary>
    public TimeSpan RefreshGrace { get; set; } = UsualRefreshGrace;

    /// <summary>Whether requests of the usual shape are answered without OpenIddict's whole pipeline; the answers are the same.</summary>
    public bool ShortPath { get; set; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AccessToken <= TimeSpan.Zero || AccessToken > LongestAccessToken)
        {
            yield return new($"AgentAuth:Tokens:AccessToken must be above zero and at most {LongestAccessToken}.", [nameof(AccessToken)]);
        }
        if (AuthorizationCode <= TimeSpan.Zero || AuthorizationCode > TimeSpan.FromMinutes(10))
        {
            yield return new("AgentAuth:Tokens:AuthorizationCode must be above zero and at most 00:10:00.", [nameof(AuthorizationCode)]);
        }
        if (RefreshGrace < TimeSpan.Zero || RefreshGrace > LongestRefreshGrace)
        {
            yield return new($"AgentAuth:Tokens:RefreshGrace must be from zero to {LongestRefreshGrace}.", [nameof(RefreshGrace)]);
        }
        if (RefreshTokenIdle < AccessToken || Grant < RefreshTokenIdle)
        {
            yield return new(
                "AgentAuth:Tokens must rise: AccessToken, RefreshTokenIdle, Grant.", [nameof(RefreshTokenIdle), nameof(Grant)]);
        }
    }
}
