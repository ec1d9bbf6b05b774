using System.Net.Mail;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What pages answer alike.</summary>
internal static class PageAnswers
{
    public const string Said = "said";
    public const string SaidAtAgents = "said-at-agents";
    public const string SaidCookie = $"{HostCookie.Prefix}note";

    /// <summary>The form again, with what is wrong beside its fields.</summary>
    public static PageResult Refused(this PageModel page, int status = StatusCodes.Status400BadRequest)
    {
        var result = page.Page();
        result.StatusCode = status;
        return result;
    }

    /// <summary>A sentence for the top of the next page, which the redirect after a post leads to.</summary>
    public static void Say(this PageModel page, string sentence) => page.TempData[Said] = sentence;

    /// <summary>A sentence that waits for the list of agents: the person goes to the app first, and may come back hours later.</summary>
    public static void SayAtAgents(this PageModel page, string sentence) => page.TempData[SaidAtAgents] = sentence;

    public static bool IsEmail(string? text) =>
        text is { Length: > 0 and <= Account.MaxEmailLength }
        && MailAddress.TryCreate(text, out var address)
        && address.Address == text
        && !text.Any(char.IsWhiteSpace)
        && UnicodeText.IsNormalizable(text);
}
