using System.Globalization;
using System.Text;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>Receipts, as files to keep.</summary>
internal static class ReceiptMap
{
    private const string FileType = "application/jose"; // RFC 7515 §9.2.1

    public static void MapReceipts(this WebApplication app) =>
        app.MapGet("/account/agents/{id:guid}/receipts/{receiptId:guid}", DownloadAsync).RequireAuthorization();

    /// <summary>Somebody else's is not told from one that does not exist.</summary>
    private static async Task<IResult> DownloadAsync(HttpContext http, AgentAuthDb db, Guid id, Guid receiptId)
    {
        var person = http.User.AccountId();
        var receipt = await db.Receipts.AsNoTracking()
            .FirstOrDefaultAsync(r => r.Id == receiptId && r.GrantId == id && r.AccountId == person, http.RequestAborted);
        if (receipt is null)
        {
            return Results.NotFound();
        }
        var day = receipt.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Results.File(Encoding.ASCII.GetBytes(receipt.Jws), FileType, $"receipt-{day}-{receipt.Id:N}.jws");
    }
}
