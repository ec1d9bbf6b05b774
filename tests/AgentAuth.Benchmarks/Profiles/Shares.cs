using System.Text;

namespace AgentAuth.Benchmarks.Profiles;

/// <summary>Samples, added up by who was running and by who had called.</summary>
internal sealed class Shares
{
    private const int Shown = 40;

    private static readonly (string Owner, string[] Libraries)[] Owners =
    [
        ("SQLite", ["libe_sqlite3"]),
        ("database drivers", ["Microsoft.Data.Sqlite", "SQLitePCLRaw", "Npgsql"]),
        ("EF Core and LINQ expressions", ["Microsoft.EntityFrameworkCore", "System.Linq.Expressions"]),
        ("cryptography", ["libcrypto", "libSystem.Security.Cryptography", "System.Security.Cryptography"]),
        ("JWT library", ["Microsoft.IdentityModel"]),
        ("OpenIddict", ["OpenIddict"]),
        ("AgentAuth", ["AgentAuth"]),
        ("dependency injection", ["Microsoft.Extensions.DependencyInjection"]),
        ("JSON", ["System.Text.Json"]),
        ("Kestrel and sockets", ["Microsoft.AspNetCore.Server.Kestrel", "System.Net"]),
        ("the rest of ASP.NET Core", ["Microsoft.AspNetCore", "Microsoft.Extensions"]),
    ];

    private readonly Dictionary<string, int> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _calling = new(StringComparer.Ordinal);
    private int _samples;

    public static Shares Of(IEnumerable<string> lines)
    {
        var (shares, stack) = (new Shares(), new List<Frame>());
        foreach (var line in lines)
        {
            if (Frame.Read(line) is { } frame)
            {
                stack.Add(frame);
            }
            else
            {
                shares.Add(stack);
                stack.Clear();
            }
        }
        shares.Add(stack);
        return shares;
    }

    public string Table(string title)
    {
        var text = new StringBuilder($"{title}: {_samples} samples\n");
        foreach (var (name, counts) in new[]
        {
            ("by library, the innermost that is known: the kernel's and the runtime's time goes to who called them", _owners),
            ("by handler or middleware, the innermost", _handlers),
            ("frames that were running", _running),
            ("frames that were running or had called", _calling),
        })
        {
            text.AppendLine().AppendLine(name);
            foreach (var (what, count) in counts.OrderByDescending(one => one.Value).Take(Shown))
            {
                text.AppendLine(FormattableString.Invariant($"{100.0 * count / _samples,6:F1} %  {what}"));
            }
        }
        return text.ToString();
    }

    private void Add(List<Frame> stack)
    {
        if (stack.Count == 0)
        {
            return;
        }
        _samples++;
        Count(_running, stack[0].ToString());
        Count(_owners, stack.Select(OwnerOf).FirstOrDefault(owner => owner is not null) ?? "waiting, garbage collection, other runtime");
        Count(_handlers, stack.Find(IsHandler)?.ToString() ?? "none");
        foreach (var frame in stack.Distinct())
        {
            Count(_calling, frame.ToString());
        }
    }

    private static string? OwnerOf(Frame frame) => Array.Find(
        Owners, one => Array.Exists(one.Libraries, library => frame.Library.StartsWith(library, StringComparison.Ordinal))).Owner;

    private static bool IsHandler(Frame frame) =>
        frame.Method.EndsWith("::HandleAsync", StringComparison.Ordinal)
            || frame.Method.EndsWith("::InvokeAsync", StringComparison.Ordinal);

    private static void Count(Dictionary<string, int> counts, string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
}
