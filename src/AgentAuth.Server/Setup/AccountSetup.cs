using AgentAuth.Server.Chores;
using AgentAuth.Server.Features.FirstAdministrator;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Features.SignIn;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Setup;

internal static class AccountSetup
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddIdentityCore<Account>(Shape).AddRoles<Role>().AddEntityFrameworkStores<AgentAuthDb>()
            .AddPasswordValidator<PasswordRules>();
        builder.Services.AddScoped<IPasswordHasher<Account>, UnicodePasswordHasher>();
        builder.Services.Configure<PasswordHasherOptions>(o => o.IterationCount = UnicodePasswordHasher.Iterations);
        builder.AddSessions();
        builder.AddSignIn();
        builder.Services.AddSingleton<SetUpLink>();
        builder.Services.AddScoped<Appointment>();
        builder.Services.AddHostedService<OfferSetUp>();
    }

    private static void Shape(IdentityOptions identity)
    {
        identity.User.AllowedUserNameCharacters = ""; // the user name is the e-mail address; any address is allowed
        identity.User.RequireUniqueEmail = true;
        identity.ClaimsIdentity.UserIdClaimType = SessionClaims.Subject;
        identity.ClaimsIdentity.UserNameClaimType = SessionClaims.Email;
        identity.ClaimsIdentity.EmailClaimType = SessionClaims.Email;
        identity.ClaimsIdentity.RoleClaimType = SessionClaims.Role;

        // Length and PasswordRules decide; rules of composition only make passwords worse (ASVS 6.2.5).
        identity.Password.RequiredLength = PasswordRules.MinLength;
        identity.Password.RequireDigit = false;
        identity.Password.RequireLowercase = false;
        identity.Password.RequireUppercase = false;
        identity.Password.RequireNonAlphanumeric = false;
    }

    private static void AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<SessionLimits>().BindConfiguration("AgentAuth:Sessions").ValidateDataAnnotations();
        builder.Services.AddSingleton<SessionTickets>();
        builder.Services.AddScoped<Sessions>();
        builder.Services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(IdentityConstants.ApplicationScheme, configureOptions: null);
        builder.Services.AddAuthorization();
        builder.Logging.AddFilter(typeof(SessionHandler).FullName, LogLevel.Warning); // that somebody must sign in is no news
    }

    private static void AddSignIn(this WebApplicationBuilder builder)
    {
        var settings = ServerSettings.Read(builder.Configuration);
        builder.Services.AddSingleton(
            p => new FailureBooks(p.GetRequiredService<TimeProvider>(), areShared: settings.Database == DatabaseProvider.Postgres));
        builder.Services.AddSingleton(p => new SignInThrottle(p.GetRequiredService<FailureBooks>(), settings.RateLimits));
        if (settings is { RateLimits: true, Database: DatabaseProvider.Postgres })
        {
            builder.Services.AddHostedService<SpreadFailures>();
        }
        builder.Services.AddScoped<PasswordCheck>();
    }

    public static async Task PrepareAsync(IServiceProvider services, CancellationToken stop)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        foreach (var name in new[] { Role.Administrator, Role.Developer })
        {
            if (!await db.Roles.AnyAsync(r => r.Name == name, stop))
            {
                db.Add(Role.Named(name));
            }
        }
        await db.SaveChangesAsync(stop);
    }
}
