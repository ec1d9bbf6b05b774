using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// Proves client and redirect URI before anything else is looked at: whatever is wrong after that goes back to the client, which would
/// otherwise wait for ever; whatever is wrong before stays with us (RFC 6749 §4.1.2.1).
/// </summary>
internal sealed record ProvedRedirect(Client Client, string Uri)
{
    private const string Property = "agentauth:proved-redirect";

    public static ProvedRedirect? Of(OpenIddictServerTransaction transaction) => transaction.GetProperty<ProvedRedirect>(Property);

    /// <summary>The origin an authorization request on a return URL will answer to, for a page's <c>form-action</c>; null unless
    /// proved.</summary>
    public static async ValueTask<string?> OriginAsync(IServiceProvider services, string? returnUrl)
    {
        var query = returnUrl?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        if (query < 0)
        {
            return null;
        }
        var parameters = new QueryCollection(QueryHelpers.ParseQuery(returnUrl![query..])); // what is absent is empty
        var clients = (ClientManager)services.GetRequiredService<IOpenIddictApplicationManager>();
        return await ProveAsync(clients, parameters["client_id"], parameters["redirect_uri"]) is { } proved ? OriginOf(proved.Uri) : null;
    }

    /// <summary>As a CSP source: scheme and authority, or the scheme alone when it is an app's own.</summary>
    public static string OriginOf(string uri)
    {
        var parsed = new Uri(uri);
        return parsed.Scheme is "http" or "https" ? parsed.GetLeftPart(UriPartial.Authority) : parsed.Scheme + ":";
    }

    private static async ValueTask<ProvedRedirect?> ProveAsync(ClientManager clients, string? clientId, string? redirectUri)
    {
        if (string.IsNullOrEmpty(clientId) || string.IsNullOrEmpty(redirectUri))
        {
            return null;
        }
        return await clients.FindByClientIdAsync(clientId) is { } client && await clients.ValidateRedirectUriAsync(client, redirectUri)
            ? new ProvedRedirect(client, redirectUri)
            : null;
    }

    /// <summary>First of all validation steps.</summary>
    internal sealed class Prove(IOpenIddictApplicationManager clients) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
                .UseScopedHandler<Prove>()
                .SetOrder(OpenIddictServerHandlers.Authentication.ValidateRequestParameter.Descriptor.Order - 1_000)
                .Build();

        public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
        {
            if (await ProveAsync((ClientManager)clients, context.Request.ClientId, context.Request.RedirectUri) is { } proved)
            {
                context.Transaction.SetProperty(Property, proved);
            }
        }
    }

    /// <summary>
    /// Sends refusals back to the proved address. A self-declared client's address is anybody's: nothing sends a browser there but
    /// the person's own answer on a page that names it, or we would be an open redirector (RFC 9700 §4.11.2).
    /// </summary>
    internal sealed class Answer : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyAuthorizationResponseContext>()
                .UseSingletonHandler<Answer>()
                .SetOrder(OpenIddictServerHandlers.Authentication.InferResponseMode.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
        {
            if (string.IsNullOrEmpty(context.Response.Error) || Of(context.Transaction) is not { } proved)
            {
                return ValueTask.CompletedTask;
            }
            var staysHere = context.Transaction.GetProperty<object>(StaysHere) is not null;
            var byPerson = context.Transaction.GetProperty<object>(AnsweredByPerson) is not null;
            context.RedirectUri = !staysHere && (byPerson || IsTrusted(proved)) ? proved.Uri : null;
            context.ResponseMode = context.RedirectUri is null ? null : OpenIddictConstants.ResponseModes.Query;
            return ValueTask.CompletedTask;
        }

        /// <summary>
        /// Anybody can publish a document, with any address in it. A program on this computer, though, waits for its answer, and
        /// nobody's page is there to be led to.
        /// </summary>
        private static bool IsTrusted(ProvedRedirect proved) => proved.Client.Origin == Origin.ByAdministrator
            ? proved.Client.Trust != Trust.SelfDeclared
            : proved.Client.Trust == Trust.VerifiedPublisher || LoopbackRedirect.IsLoopback(proved.Uri);
    }

    /// <summary>Marks a transaction whose outcome a person chose on a page that named the address.</summary>
    public const string AnsweredByPerson = "agentauth:answered-by-person";

    /// <summary>Marks a transaction whose refusal is for the person alone: the client has begun nothing with them.</summary>
    public const string StaysHere = "agentauth:stays-here";
}
