using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore.Storage;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Everything one token request writes (the old token used up, the new ones stored) is one transaction: a crash leaves either all of it
/// or nothing, and the disk is waited for once. What is not committed when the request ends is undone.
/// </summary>
internal sealed class TokenTransaction(AgentAuthDb db) : IAsyncDisposable
{
    private IDbContextTransaction? _transaction;

    public async Task BeginAsync(CancellationToken stop) => _transaction ??= await db.Database.BeginTransactionAsync(stop);

    public async Task CommitAsync(CancellationToken stop)
    {
        if (_transaction is not null)
        {
            await _transaction.CommitAsync(stop);
        }
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
            _transaction = null;
        }
    }
}
