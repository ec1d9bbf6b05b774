using System.Reflection;
using Microsoft.Extensions.Logging;

namespace AgentAuth.Server.Tests.House;

/// <summary>A number in the log means one thing, and the page about logs says what.</summary>
public sealed class EventIdTests
{
    private static readonly List<(int Id, string Name, LogLevel Level)> Events =
    [
        .. typeof(Program).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
            .Select(m => (m.Name, Event: m.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(m => m.Event is not null)
            .Select(m => (m.Event!.EventId, m.Name, m.Event.Level)),
    ];

    [Fact]
    public void No_two_events_have_one_number() =>
        Assert.Empty(Events.GroupBy(e => e.Id).Where(e => e.Count() > 1).Select(e => string.Join(", ", e)));

    [Fact]
    public void The_page_lists_every_event_and_none_there_is_not()
    {
        var page = File.ReadAllLines(Repository.At("docs", "observe.md"));
        var listed = page.Where(l => l.StartsWith("| ", StringComparison.Ordinal) && l.Length > 2 && char.IsAsciiDigit(l[2]))
            .Select(l => string.Join('|', l.Split('|')[..4])).ToList();

        Assert.NotEmpty(Events);
        Assert.Equal(
            Events.Select(e => $"| {e.Id} | `{e.Name}` | {Word(e.Level)} ").Order(StringComparer.Ordinal),
            listed.Order(StringComparer.Ordinal));
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Information => "info",
        _ => level.ToString().ToLowerInvariant(),
    };
}
