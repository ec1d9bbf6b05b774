using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AgentAuth.Server.Setup;

/// <summary>
/// A log event is one line of JSON: when, how grave, which event by number and name, in words, the trace it belongs to, and each value of
/// the sentence under its own name (<c>ErrorId</c> is <c>error_id</c>, as on the error page). Everything but ASCII is escaped: what a
/// stranger sent ends no line and moves no cursor. Scopes are left out, because they hold addresses.
/// </summary>
internal sealed class JsonLines(TimeProvider clock) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "agentauth-json";

    private const string Template = "{OriginalFormat}";

    private static readonly string[] Own =
        ["time", "level", "event_id", "event", "category", "message", "trace_id", "span_id", "exception"];

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", clock.GetUtcNow().UtcDateTime);
            json.WriteString("level", Level(logEntry.LogLevel));
            json.WriteNumber("event_id", logEntry.EventId.Id);
            if (logEntry.EventId.Name is { } name)
            {
                json.WriteString("event", name);
            }
            json.WriteString("category", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } step)
            {
                json.WriteString("trace_id", step.TraceId.ToHexString());
                json.WriteString("span_id", step.SpanId.ToHexString());
            }
            WriteValues(json, logEntry.State);
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception", exception.ToString());
            }
            json.WriteEndObject();
        }
        textWriter.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private static void WriteValues<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            return;
        }
        var written = new HashSet<string>(Own, StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            if (name != Template && JsonNamingPolicy.SnakeCaseLower.ConvertName(name) is var field && written.Add(field))
            {
                WriteValue(json, field, value);
            }
        }
    }

    private static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
