using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentAuth.Server.Tests.Support;

/// <summary>What a server that lives for one test need not do anew, or not at its full price.</summary>
internal static class Thrift
{
    /// <summary>
    /// Nobody guesses the passwords of people who live for one test; in full each sign-in costs as much as half a server's start. The
    /// product's own hash is what <see cref="Features.SignIn.PasswordHashTests"/> looks at.
    /// </summary>
    private const int Iterations = 100;

    /// <summary>What the pages' types are like, which no test changes; from a server that is never started and so never ends.</summary>
    private static readonly Lazy<IModelMetadataProvider> PageTypes = new(() =>
    {
        var store = Store.New();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(store.Folder, recursive: true);
        return Program.Build([.. store.Settings()]).Services.GetRequiredService<IModelMetadataProvider>();
    });

    /// <summary>Ask for it before the host is begun: whoever waits for one to be built would take the one built here for it.</summary>
    public static Action<IServiceCollection> Made()
    {
        var types = PageTypes.Value;
        return services =>
        {
            services.Configure<PasswordHasherOptions>(o => o.IterationCount = Iterations);
            services.Replace(ServiceDescriptor.Singleton(types));
        };
    }
}
