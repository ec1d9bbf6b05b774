using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Counts the SQL statements a server sends.</summary>
internal sealed class Statements : ILoggerProvider, ILogger
{
    private const string Category = "Microsoft.EntityFrameworkCore.Database.Command";
    private const int CommandExecuted = 20101;

    private int _count;

    public void Attach(IWebHostBuilder host) => host.ConfigureLogging(logs =>
    {
        logs.AddProvider(this);
        logs.AddFilter<Statements>(Category, LogLevel.Information);
    });

    /// <summary>How many it takes to do this.</summary>
    public async Task<int> OfAsync(Func<Task> act)
    {
        var before = Volatile.Read(ref _count);
        await act();
        return Volatile.Read(ref _count) - before;
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == CommandExecuted)
        {
            Interlocked.Increment(ref _count);
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
