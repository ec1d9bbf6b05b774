using System.Globalization;
using System.Text;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Doctor;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Features.Developers.Documents;

/// <summary>
/// Reads a client's document for its maker: by the same guard, limits and rules as for people who are asked, but keeps nothing of it.
/// </summary>
internal sealed class DocumentPage(
    AgentAuthDb db, GuardedWeb web, FetchLimits limits, Issuer issuer, Askers askers, IOptions<DocumentOptions> documents,
    IOptions<TokenOptions> tokens, IStringLocalizer<Texts> words, TimeProvider clock) : DeveloperPage(db, clock)
{
    [BindProperty]
    public string? Address { get; set; }

    /// <summary>The rule it breaks here.</summary>
    public string? Refusal { get; private set; }

    public ReadDocument? Read { get; private set; }

    public Report? Report { get; private set; }

    public async Task<IActionResult> OnPostAsync()
    {
        var url = Address?.Trim() ?? "";
        if (url.Length == 0)
        {
            return Problem("Give the address of the document. It begins with https:// and is the client_id.");
        }
        if (WebAddress.Problem(url, issuer) is { } problem)
        {
            return Problem(problem);
        }
        var address = new Uri(url);
        if (!documents.Value.Enabled || !documents.Value.Admits(address.Host))
        {
            return Problem("This server does not read client ID metadata documents of that host.");
        }
        if (limits.TakeFor(address, DeveloperId) is { } rest)
        {
            Response.Headers.RetryAfter = rest.Seconds.ToString(CultureInfo.InvariantCulture);
            return Problem(rest.Words, rest.IsDown ? StatusCodes.Status400BadRequest : StatusCodes.Status429TooManyRequests);
        }
        var answer = await web.GetAsync(address, Specs.ClientIdMetadataDocuments.Documents.MaxBytes, tag: null, Stop);
        limits.Heed(address, answer);
        if (answer.Body is not { } body)
        {
            return Problem(answer.Failure!);
        }
        var (metadata, refusal, _) = DocumentReader.Read(body, url);
        Refusal = refusal ?? (metadata!.KeysUri is { } keys && WebAddress.Problem(keys, issuer) is { } wrong
            ? "The jwks_uri is not one this server asks: " + wrong : null);
        Read = Refusal is null ? await AsSeenAsync(url, metadata!, Freshness.Of(answer.Lifetime)) : null;
        Report = await ExamineAsync(url, body);
        return Page();
    }

    /// <summary>A client like one that is introduced, in no database.</summary>
    private async Task<ReadDocument> AsSeenAsync(string url, ClientMetadata metadata, TimeSpan fresh)
    {
        var client = ClientRow.New(url, Origin.ByDocument, Clock);
        ClientRow.Write(client, metadata, Clock);
        var resource = await Db.Resources.AsNoTracking().Include(r => r.Scopes.OrderBy(s => s.Position))
            .OrderBy(r => r.IsIdentity).ThenBy(r => r.CreatedAt).ThenBy(r => r.Id).FirstAsync(Stop);
        var asked = new Asked(metadata.RedirectUris[0], [.. resource.Scopes.Select(s => s.Name!)]);
        var view = ConsentView.Of(asked, User.Email(), client, resource, before: null, new(Now, tokens.Value.Grant, "", Now), words);
        return new(metadata, fresh, await askers.LookedAtAsync(view, client, Stop));
    }

    private async Task<Report?> ExamineAsync(string url, byte[] body)
    {
        var answer = new Answer(new Uri(url))
        {
            Status = StatusCodes.Status200OK,
            ContentType = "application/json",
            Body = Encoding.UTF8.GetString(body),
            Length = body.Length,
        };
        if (answer.Document is null)
        {
            return null;
        }
        var report = new Report(url) { Kind = Examination.ClientDocument };
        await new ClientDocumentChecks(new Reach(web.Asking, WhyNot), report).RunAsync(url, answer, Stop);
        return report;
    }

    /// <summary>What a document names is another's host, perhaps: it is asked no oftener than for anybody.</summary>
    private string? WhyNot(Uri named) => limits.TryTake(named, HttpContext.Connection.RemoteIpAddress, isKnown: false)
        ? null
        : "this host was asked as often as may be in a minute, or is down. Try again in a minute.";

    private PageResult Problem(string problem, int status = StatusCodes.Status400BadRequest)
    {
        ModelState.AddModelError(nameof(Address), problem);
        return this.Refused(status);
    }
}
