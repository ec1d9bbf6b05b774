using System.Data.Common;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Lets something happen after a request has decided and before its transaction begins: the moment a race must hit.</summary>
internal sealed class JustBefore : DbTransactionInterceptor
{
    private Func<Task>? _happens;

    public void Attach(IWebHostBuilder host) => host.ConfigureTestServices(services =>
    {
        services.ConfigureDbContext<SqliteDb>(o => o.AddInterceptors(this));
        ToTheFront(services);
        services.ConfigureDbContext<PostgresDb>(o => o.AddInterceptors(this));
        ToTheFront(services);
    });

    /// <summary>Before the server's own interceptors: the turn to write, which one of them waits for, must not be taken yet.</summary>
    private static void ToTheFront(IServiceCollection services)
    {
        var last = services[^1];
        services.RemoveAt(services.Count - 1);
        services.Insert(0, last);
    }

    public void TheNextTransaction(Func<Task> happens) => _happens = happens;

    public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _happens, null) is { } happens)
        {
            await happens();
        }
        return result;
    }
}
