using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin;

internal sealed record Paged<T>(IReadOnlyList<T> Items, int Page, int Total)
{
    public Pager Pager(params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var kept = new QueryBuilder();
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                kept.Add(name, value);
            }
        }
        return new(Page, Total, kept);
    }
}

/// <summary>Links to the pages of a list, keeping the search they belong to.</summary>
internal sealed record Pager(int Page, int Total, QueryBuilder Kept)
{
    public int Pages => ((Total - 1) / Paging.Size) + 1;

    public string To(int page) => new QueryBuilder(Kept) { { "p", page.ToString(CultureInfo.InvariantCulture) } }.ToString();
}

internal static class Paging
{
    public const int Size = 50;

    private const int LastPage = 100_000;

    /// <summary>Two statements, however long the list.</summary>
    public static async Task<Paged<T>> PageAsync<T>(this IQueryable<T> ordered, int page, CancellationToken stop)
    {
        var at = Math.Clamp(page, 1, LastPage);
        var total = await ordered.CountAsync(stop);
        var items = await ordered.Skip((at - 1) * Size).Take(Size).ToListAsync(stop);
        return new(items, at, total);
    }
}
