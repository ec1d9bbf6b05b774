using System.Globalization;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>Registers who asks (RFC 7591 §3), as far as the operator's policy goes. Nothing the metadata names is asked for.</summary>
internal sealed partial class RegistrationEndpoint(
    Registrar registrar, RegistrationLimits limits, Issuer issuer, IOptions<RegistrationOptions> options,
    ILogger<RegistrationEndpoint> logger)
{
    public async Task HandleAsync(HttpContext http)
    {
        var policy = options.Value.PolicyOf(issuer);
        if (policy == RegistrationPolicy.Off)
        {
            await StrictForm.RefuseAsync(
                http, StatusCodes.Status403Forbidden, OpenIddictConstants.Errors.AccessDenied,
                "Registration is turned off here. Use a client ID metadata document, or ask the administrator to register the client.",
                RegistrationRules.On);
            return;
        }
        if (policy == RegistrationPolicy.WithToken
            && !RegistrationRequests.IsSame(RegistrationRequests.Token(http), options.Value.InitialAccessToken))
        {
            await RegistrationRequests.RefuseTokenAsync(http);
            return;
        }
        if (policy == RegistrationPolicy.Open && limits.TakeOrWait(http.Connection.RemoteIpAddress) is var wait && wait > TimeSpan.Zero)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await StrictForm.RefuseAsync(
                http, StatusCodes.Status429TooManyRequests, OpenIddictConstants.Errors.SlowDown, "Too many registrations. Try later.",
                RegistrationRules.Often);
            return;
        }
        await RegisterAsync(http);
    }

    private async Task RegisterAsync(HttpContext http)
    {
        if (await RegistrationRequests.BodyAsync(http) is not { } body)
        {
            await RegistrationRequests.RefuseBodyAsync(http);
            return;
        }
        var (done, problem) = await registrar.RegisterAsync(body, http.Connection.RemoteIpAddress, http.RequestAborted);
        if (done is null)
        {
            await RegistrationRequests.RefuseAsync(http, problem!, body);
            return;
        }
        DidRegister(logger, done.Client.ClientId!, done.Metadata.RedirectUris.Count);
        await RegistrationRequests.AnswerAsync(
            http, StatusCodes.Status201Created, RegistrationReply.Of(done.Client, done.Metadata, issuer, done.Token, done.Secret));
    }

    [LoggerMessage(2201, LogLevel.Information, "Client {ClientId} registered itself with {Count} redirect addresses.")]
    private static partial void DidRegister(ILogger logger, string clientId, int count);
}
