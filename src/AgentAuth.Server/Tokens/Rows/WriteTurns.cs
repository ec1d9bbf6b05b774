using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AgentAuth.Server.Tokens.Rows;

/// <summary>
/// Everything EF writes to SQLite waits its turn at the <see cref="WriteGate"/>: each transaction from before its first statement to its
/// end, and each statement that writes without one. Saving always opens a transaction there (<see cref="Model.SqliteDb"/>), so nothing is
/// left that would wait inside SQLite, where a waiter holds a thread, sleeps and tries again, and is given up after a second.
/// </summary>
internal sealed class WriteTurns(WriteGate gate) : IDbTransactionInterceptor, IDbCommandInterceptor, IDbConnectionInterceptor
{
    private static readonly object IsHis = new();

    /// <summary>Who has a turn: a connection with its transaction, or a command without one.</summary>
    private readonly ConditionalWeakTable<object, object> _turns = [];

    // Begun here and not by EF, which says nothing when it could not begin: the turn would never be left.
    public InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
    {
        gate.Enter();
        try
        {
            var begun = InterceptionResult<DbTransaction>.SuppressWithResult(connection.BeginTransaction(eventData.IsolationLevel));
            _turns.Add(connection, IsHis);
            return begun;
        }
        catch
        {
            gate.Leave();
            throw;
        }
    }

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default)
    {
        await gate.EnterAsync(cancellationToken);
        try
        {
            var begun = await connection.BeginTransactionAsync(eventData.IsolationLevel, cancellationToken);
            _turns.Add(connection, IsHis);
            return InterceptionResult<DbTransaction>.SuppressWithResult(begun);
        }
        catch
        {
            gate.Leave();
            throw;
        }
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Leave(eventData.Context);

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Leave(eventData.Context);
        return Task.CompletedTask;
    }

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Leave(eventData.Context);

    public Task TransactionRolledBackAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Leave(eventData.Context);
        return Task.CompletedTask;
    }

    // One that was dropped without a word has left when its connection is given back.
    public void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => Leave(connection);

    public Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        Leave(connection);
        return Task.CompletedTask;
    }

    public InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        if (command.Transaction is null)
        {
            gate.Enter();
            _turns.Add(command, IsHis);
        }
        return result;
    }

    public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (command.Transaction is null)
        {
            await gate.EnterAsync(cancellationToken);
            _turns.Add(command, IsHis);
        }
        return result;
    }

    public int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        Leave(command);
        return result;
    }

    public ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Leave(command);
        return new(result);
    }

    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Leave(command);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Leave(command);
        return Task.CompletedTask;
    }

    public void CommandCanceled(DbCommand command, CommandEndEventData eventData) => Leave(command);

    public Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Leave(command);
        return Task.CompletedTask;
    }

    private void Leave(DbContext? db)
    {
        if (db is not null)
        {
            Leave(db.Database.GetDbConnection());
        }
    }

    private void Leave(object who)
    {
        if (_turns.Remove(who))
        {
            gate.Leave();
        }
    }
}
