using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Setup;

internal static class AccountSetup
{
    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        builder.Services.AddIdentity<Account, Role>().AddEntityFrameworkStores<AgentAuthDb>();
        builder.Services.ConfigureApplicationCookie(o =>
        {
            o.Cookie.Name = "__Host-session";
            o.LoginPath = "/sign-in";
        });
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
