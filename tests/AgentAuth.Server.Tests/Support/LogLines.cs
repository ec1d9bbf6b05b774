using System.Collections.Concurrent;
using AgentAuth.Server.Setup;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Everything a server logs, as its console would show it in production.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly JsonLines _formatter = new(TimeProvider.System);
    private readonly ConcurrentQueue<string> _written = new();

    /// <summary>What was written, line by line as a collector of logs reads it.</summary>
    public string[] All => [.. string.Concat(_written).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    public int Events => _written.Count;

    /// <summary>With the levels an operator has who said nothing.</summary>
    public void Attach(IWebHostBuilder host) => Attach(host, []);

    /// <summary>With some of his own.</summary>
    public void Attach(IWebHostBuilder host, params string[] atDebug)
    {
        foreach (var category in atDebug)
        {
            host.UseSetting($"Logging:LogLevel:{category}", "Debug");
        }

        host.UseSetting("Logging:LogLevel:Default", atDebug.Length > 0 ? "Debug" : "Information");
        host.ConfigureLogging(logs => logs.AddProvider(this));
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Category(LogLines lines, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            using var line = new StringWriter();
            var entry = new LogEntry<TState>(logLevel, name, eventId, state, exception, formatter);
            lines._formatter.Write(in entry, scopeProvider: null, line);
            lines._written.Enqueue(line.ToString());
        }
    }
}
