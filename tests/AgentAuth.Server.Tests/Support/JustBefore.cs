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
        services.ConfigureDbContext<PostgresDb>(o => o.AddInterceptors(this));
    });

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
