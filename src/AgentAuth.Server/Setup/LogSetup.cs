using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging.Console;

namespace AgentAuth.Server.Setup;

internal enum LogFormat
{
    /// <summary>One line of JSON an event, for programs.</summary>
    Json = 0,

    /// <summary>For people at a console.</summary>
    Text = 1,
}

/// <summary>What is logged, and how it is written: <c>AgentAuth:Logs:Format</c>, JSON in production unless it says otherwise.</summary>
internal static class LogSetup
{
    /// <summary>Quiet by default: first in line, so that everything an operator says wins.</summary>
    public static void AddQuietLogs(this WebApplicationBuilder builder) =>
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",
                ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
                // It writes whole addresses, and in those of links from e-mails is what the link is worth. Another level for all of
                // Microsoft's leaves this one as it is.
                ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Warning",
                ["Logging:LogLevel:OpenIddict"] = "Warning",
            },
        });

    public static void AddLogLines(this WebApplicationBuilder builder)
    {
        var usual = builder.Environment.IsDevelopment() ? LogFormat.Text : LogFormat.Json;
        var asked = builder.Configuration["AgentAuth:Logs:Format"];
        if (!Enum.TryParse<LogFormat>(asked ?? $"{usual}", ignoreCase: true, out var format) || !Enum.IsDefined(format))
        {
            throw new FormatException($"AgentAuth:Logs:Format is '{asked}'. Set it: --AgentAuth:Logs:Format=Json, or Text");
        }
        if (format == LogFormat.Json && builder.Configuration["Logging:Console:FormatterName"] is null)
        {
            builder.Logging.AddConsole(o => o.FormatterName = JsonLines.FormatName)
                .AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
        }
    }
}
