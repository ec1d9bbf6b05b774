using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.Server.Tests.Support;

/// <summary>The whole server over HTTP, with a clock that stands still until a test moves it.</summary>
internal sealed class AuthServer : IAsyncDisposable
{
    public const string Issuer = "http://localhost:5100";
    public const string Mail = Template.McpUrl + "/mail/mcp";
    public const string Files = Template.McpUrl + "/files/mcp";

    private readonly WebApplicationFactory<Program> _factory;
    private readonly bool _ownsStore;

    private AuthServer(Store store, bool ownsStore, Action<IWebHostBuilder>? configure)
    {
        (Store, _ownsStore) = (store, ownsStore);
        var thrift = Thrift.Made();
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            store.Configure(host);
            host.ConfigureTestServices(thrift);
            configure?.Invoke(host);
            host.ConfigureTestServices(services =>
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
                services.AddSingleton<IStartupFilter, FromAddress>();
            });
        });
    }

    /// <summary>Begins on a whole second: PostgreSQL keeps microseconds, .NET a tenth of that.</summary>
    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));

    public Store Store { get; }

    public IServiceProvider Services => _factory.Services;

    /// <summary>The demo's people, resources and clients are there.</summary>
    public static async Task<AuthServer> StartAsync(Action<IWebHostBuilder>? configure = null) =>
        Started(new AuthServer(await Template.CopyAsync(), ownsStore: true, configure));

    /// <summary>Nobody and nothing is there: the product's first start.</summary>
    public static async Task<AuthServer> StartEmptyAsync(Action<IWebHostBuilder>? configure = null) =>
        Started(new AuthServer(await Template.EmptyAsync(), ownsStore: true, configure));

    /// <summary>On a store that a command made.</summary>
    public static AuthServer StartOn(Store store, bool ownsStore = true) =>
        Started(new AuthServer(store, ownsStore, configure: null));

    /// <summary>Another process on the same store: a second node, or the first one again after a restart.</summary>
    public AuthServer Another(Action<IWebHostBuilder>? configure = null) => Started(new AuthServer(Store, ownsStore: false, configure));

    /// <summary>Until this node has heard of all that is committed by now, as it does four times a second.</summary>
    public async Task HearsAsync()
    {
        var (catalog, now) = (Services.GetRequiredService<Catalog>(), TimeProvider.System.GetTimestamp());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var glance = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!catalog.HasHeardSince(now) || !catalog.IsFresh)
        {
            await glance.WaitForNextTickAsync(patience.Token);
        }
    }

    public HttpClient Http() => _factory.CreateClient(new WebApplicationFactoryClientOptions
    {
        BaseAddress = new Uri(Issuer),
        AllowAutoRedirect = false,
        HandleCookies = false,
    });

    public Browser Browser(string? address = null) => new(Http(), address);

    public async Task<Browser> SignedInAsync(string email = People.Alice)
    {
        var browser = Browser();
        await browser.SignInAsync(email);
        return browser;
    }

    /// <summary>A glance into the database; tests act through HTTP.</summary>
    public async Task<T> LookAsync<T>(Func<AgentAuthDb, Task<T>> look)
    {
        await using var scope = Services.CreateAsyncScope();
        return await look(scope.ServiceProvider.GetRequiredService<AgentAuthDb>());
    }

    /// <summary>What only an administrator could do, where the page for it is not what is tested.</summary>
    public async Task ChangeAsync(Func<AgentAuthDb, Task> change)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await change(db);
        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        if (_ownsStore)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            await Template.DropAsync(Store);
        }
    }

    private static AuthServer Started(AuthServer server)
    {
        _ = server.Services;
        return server;
    }

    /// <summary>The in-memory server has no peers; a header of the tests says which address a request comes from.</summary>
    private sealed class FromAddress : IStartupFilter
    {
        public Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> Configure(
            Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> next) => app =>
        {
            Microsoft.AspNetCore.Builder.UseExtensions.Use(app, (context, following) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.TryParse(context.Request.Headers["X-Test-Address"], out var address)
                    ? address
                    : IPAddress.Loopback;
                return following(context);
            });
            next(app);
        };
    }
}
