using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.OpenIdCiba;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Rfc7523ClientAssertions;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Specs.Rfc7636Pkce;
using AgentAuth.Server.Specs.Rfc7662Introspection;
using AgentAuth.Server.Specs.Rfc8414Metadata;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.Approvals;
using AgentAuth.Server.Tokens.ShortPath;
using AgentAuth.Server.Tokens.Usage;
using Microsoft.Extensions.Options;
using OpenIddict.Server;

namespace AgentAuth.Server.Setup;

/// <summary>The protocol, one line a document; what a line does is in the folder of its number.</summary>
internal static class ProtocolSetup
{
    public static void AddProtocol(this WebApplicationBuilder builder, ServerSettings settings)
    {
        builder.AddTokens();
        builder.Services.AddOptions<DocumentOptions>().BindConfiguration("AgentAuth:Documents");
        builder.Services.AddOptionsWithValidateOnStart<RegistrationOptions>().BindConfiguration("AgentAuth:Registration")
            .Validate(o => o.IsSound, RegistrationOptions.TokenMissing);
        builder.Services.AddSingleton(p => new RegistrationLimits(p.GetRequiredService<TimeProvider>(), settings.RateLimits));
        builder.Services.AddSingleton(p => new UsageLimits(p.GetRequiredService<TimeProvider>(), settings.RateLimits));
        builder.Services.AddOpenIddict()
            .AddCore(core =>
            {
                core.UseEntityFrameworkCore().UseDbContext<AgentAuthDb>().ReplaceDefaultEntities<Client, Grant, Scope, Token, Guid>();
                core.AddRfc6749().ReplaceTokenManager<Token, TokenManager>();
            })
            .AddServer(server =>
            {
                server.AddRfc6749().AddRfc7523().AddRfc7591().AddRfc7636().AddRfc7662().AddRfc8414(settings.Issuer).AddRfc8707()
                    .AddRfc9396().AddCiba();
                server.AddClientIdMetadata().AddRefusals();
                AddTokenHandlers(server);
                var host = server.UseAspNetCore()
                    .SetRealm(settings.Issuer.Value) // a challenge for Basic has one (RFC 7617 §2)
                    .EnableAuthorizationEndpointPassthrough()
                    .EnableEndSessionEndpointPassthrough()
                    .EnableStatusCodePagesIntegration();
                if (!settings.Issuer.IsHttps)
                {
                    host.DisableTransportSecurityRequirement(); // loopback only: ServerSettings sees to it
                }
            });
    }

    private static void AddTokens(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<TokenOptions>().BindConfiguration("AgentAuth:Tokens").ValidateDataAnnotations();
        services.AddSingleton<OwnPayload>();
        services.AddSingleton<Ended>();
        services.AddSingleton<Catalog>();
        services.AddSingleton<SecretCheck>();
        services.AddSingleton<Issuance>();
        services.AddSingleton<Successors>();
        services.AddSingleton<ForItself>();
        services.AddSingleton<ForPerson>();
        services.AddSingleton<Introspection>();
        services.AddSingleton<Revocations>();
        services.AddSingleton<RevocationFeed>();
        services.AddHostedService(p => p.GetRequiredService<RevocationFeed>());
        services.AddScoped<Revoker>();
        services.AddScoped<GrantChanges>();
        services.AddScoped<GrantNotices>();
        services.AddScoped<RemoveRegistration>();
        services.AddScoped<TokenTransaction>();
        services.AddScoped<ResourceAccounts>();
        services.AddScoped<RevocationEvents>();
        services.AddSingleton<Activities>();
        services.AddScoped<UsageEndpoint>();
        services.AddScoped<Budgets>();
        services.AddScoped<Questions>();
        services.AddScoped<Backchannel>();
        services.AddScoped<CibaGrant>();
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>>(p => new ConfigureOptions<OpenIddictServerOptions>(o =>
        {
            var tokens = p.GetRequiredService<IOptions<TokenOptions>>().Value;
            o.AuthorizationCodeLifetime = tokens.AuthorizationCode;
            o.AccessTokenLifetime = tokens.AccessToken;
            o.IdentityTokenLifetime = tokens.AccessToken;
            o.RefreshTokenLifetime = tokens.RefreshTokenIdle;
            o.RefreshTokenReuseLeeway = tokens.RefreshGrace > TimeSpan.Zero ? tokens.RefreshGrace : null; // RedeemOnce decides what for
        }));
    }

    private static void AddTokenHandlers(OpenIddictServerBuilder server) => server
        .DisableAccessTokenEncryption()
        .UseReferenceRefreshTokens()
        .RemoveEventHandler(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor)
        .AddEventHandler(RedeemOnce.Descriptor)
        .AddEventHandler(GiveSuccessor.Descriptor)
        .AddEventHandler(CommitTokens.Descriptor)
        .AddEventHandler(NoteActivities.Issued.Descriptor)
        .AddEventHandler(NoteActivities.Refused.Descriptor)
        .AddEventHandler(BurnCode.Descriptor)
        .AddEventHandler(TokenEndpoint.Descriptor)
        .AddEventHandler(RefuseDeadTokens.Descriptor)
        .AddEventHandler(OwnTokens.NeedNoRow.Descriptor)
        .AddEventHandler(OwnTokens.Write.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Protection.AttachTokenPayload.Descriptor)
        .AddEventHandler(OwnTokens.Keep.Descriptor)
        .AddEventHandler(OwnTokens.Read.Descriptor)
        .RemoveEventHandler(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor)
        .AddEventHandler(RevokeWhole.Descriptor)
        .AddEventHandler(UserInfo.Descriptor);
}
