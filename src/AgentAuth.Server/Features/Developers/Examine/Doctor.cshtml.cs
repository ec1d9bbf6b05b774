using System.Globalization;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Doctor;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using Microsoft.AspNetCore.Mvc;

namespace AgentAuth.Server.Features.Developers.Examine;

/// <summary>The doctor for who has no command line here. What is asked is asked from inside our network, so only through the
/// guard.</summary>
internal sealed class DoctorPage(
    AgentAuthDb db, GuardedWeb web, ExaminationLimits limits, FetchLimits places, Issuer issuer, TimeProvider clock)
    : DeveloperPage(db, clock)
{
    public const int MaxInput = 500;

    private const string Json = "application/json";

    /// <summary>In a link it is only filled in: opening a page asks nobody anything.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Address { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Format { get; set; }

    public Report? Report { get; private set; }

    /// <summary>What may be asked; a server whose issuer is on this computer is for trying things out on it.</summary>
    public string Where => issuer.IsLoopback
        ? "It must be on the public internet, at https, or on this computer."
        : "It must be on the public internet, at https.";

    private bool WantsJson => Format == "json" || Request.Headers.Accept.ToString().StartsWith(Json, StringComparison.OrdinalIgnoreCase);

    public async Task<IActionResult> OnPostAsync()
    {
        if (string.IsNullOrWhiteSpace(Address) || Address.Length > MaxInput)
        {
            return Problem("Give an address that begins with https://");
        }
        var wait = limits.Take(DeveloperId);
        if (wait > TimeSpan.Zero)
        {
            Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problem(
                $"That were {ExaminationLimits.PerPerson} in {ExaminationLimits.Window.TotalMinutes} minutes, or many by others. "
                    + $"Try again in {Math.Ceiling(wait.TotalMinutes)} minutes.", StatusCodes.Status429TooManyRequests);
        }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(ExaminationLimits.Longest);
        try
        {
            Report = await new Examination(web.Asking, a => places.TakeFor(a, DeveloperId)?.Words).RunAsync(Address.Trim(), patience.Token);
        }
        catch (FormatException wrong)
        {
            return Problem(wrong.Message);
        }
        catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
        {
            return Problem($"It took longer than {ExaminationLimits.Longest.TotalSeconds} seconds: its hosts answer too slowly.");
        }
        return WantsJson ? Content(ReportJson.Of(Report), Json) : Page();
    }

    private IActionResult Problem(string words, int status = StatusCodes.Status400BadRequest)
    {
        if (WantsJson)
        {
            return new JsonResult(new { error = words }) { StatusCode = status };
        }
        ModelState.AddModelError(nameof(Address), words);
        return this.Refused(status);
    }
}
