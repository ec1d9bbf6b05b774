using System.ComponentModel.DataAnnotations;

namespace AgentAuth.Server.Tokens;

/// <summary>How long things live. <c>AgentAuth:Tokens:*</c>.</summary>
internal sealed class TokenOptions : IValidatableObject
{
    public static readonly TimeSpan LongestAccessToken = TimeSpan.FromMinutes(10);

    /// <summary>RFC 6749 §4.1.2 allows ten minutes; nobody needs more than one (ASVS 10.4.3).</summary>
    public TimeSpan AuthorizationCode { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan AccessToken { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a refresh token may lie unused.</summary>
    public TimeSpan RefreshTokenIdle { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a grant lives after the person's last yes, however often it is refreshed.</summary>
    public TimeSpan Grant { get; set; } = TimeSpan.FromDays(90);

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
        if (RefreshTokenIdle < AccessToken || Grant < RefreshTokenIdle)
        {
            yield return new(
                "AgentAuth:Tokens must rise: AccessToken, RefreshTokenIdle, Grant.", [nameof(RefreshTokenIdle), nameof(Grant)]);
        }
    }
}
