using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Specs.Rfc7592RegistrationManagement;
using AgentAuth.Server.Tokens.Approvals;
using AgentAuth.Server.Tokens.Receipts;
using AgentAuth.Server.Tokens.Usage;
using Microsoft.AspNetCore.Mvc;

namespace AgentAuth.Server.Tokens;

/// <summary>What resource servers and clients call that OpenIddict does not answer itself.</summary>
internal static class TokenMap
{
    private const string OneRegistration = Endpoints.Register + "/{clientId}";

    public static void MapTokens(this WebApplication app)
    {
        app.MapGet(
            Endpoints.RevocationEvents,
            (HttpContext http, RevocationEvents events, string? resource) => events.HandleAsync(http, resource));
        app.MapPost(Endpoints.Usage, (HttpContext http, UsageEndpoint endpoint) => endpoint.HandleAsync(http))
            .WithMetadata(new RequestSizeLimitAttribute(UsageReport.MaxBytes));
        app.MapGet(Endpoints.ReceiptKeys, (ReceiptKeys keys, CancellationToken stop) => keys.ListAsync(stop));
        app.MapPost(Endpoints.Budgets, (HttpContext http, Budgets budgets) => budgets.HandleAsync(http));
        app.MapPost(Endpoints.Backchannel, (HttpContext http, Backchannel backchannel) => backchannel.HandleAsync(http));
        app.MapPost(Endpoints.Register, (HttpContext http, RegistrationEndpoint endpoint) => endpoint.HandleAsync(http));
        app.MapGet(OneRegistration, (HttpContext http, Management one, string clientId) => one.ReadAsync(http, clientId));
        app.MapPut(OneRegistration, (HttpContext http, Management one, string clientId) => one.ChangeAsync(http, clientId));
        app.MapDelete(OneRegistration, (HttpContext http, RemoveRegistration one, string clientId) => one.HandleAsync(http, clientId));
    }
}
