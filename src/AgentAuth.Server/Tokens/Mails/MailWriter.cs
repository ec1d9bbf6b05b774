using System.Globalization;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Uts39Confusables;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Tokens.Mails;

/// <summary>A link of an e-mail, and until when it works.</summary>
internal sealed record MailLinkTo(string Url, DateTimeOffset EndsAt);

/// <summary>
/// Writes e-mails, in the language in which the person last decided something. A blank line parts paragraphs; a line that is an address of
/// ours is a link, and the line above it is its name: from these the HTML is made too. Addresses are the issuer's, whoever asked.
/// </summary>
internal sealed class MailWriter(IStringLocalizer<MailTexts> words, Issuer issuer)
{
    public const string Bullet = "• ";

    private const int MaxNameLength = 60;

    public (string Subject, string Text) Write(MailKind kind, GrantFacts facts, MailLinkTo? link, string? about) =>
        InLanguageOf(facts.Account, () => (
            Within(OutgoingMail.MaxSubjectLength, Title(kind, facts)),
            string.Join("\n\n", Paragraphs(kind, facts, link, about))));

    private string Title(MailKind kind, GrantFacts facts)
    {
        var (who, where) = (Who(facts), Where(facts));
        return kind switch
        {
            MailKind.GrantNew => words["{0} can now act for you in {1}", who, where],
            MailKind.GrantWider => words["{0} can now do more for you in {1}", who, where],
            MailKind.GrantEnding => words["{0}: access to {1} ends on {2}", who, where, Time(facts.Grant.EndsAt)],
            MailKind.GrantReplayed => words["{0}: access to {1} was ended for your safety", who, where],
            _ => words["{0} asks for your yes in {1}", who, where],
        };
    }

    private IEnumerable<string> Paragraphs(MailKind kind, GrantFacts facts, MailLinkTo? link, string? about)
    {
        yield return Lead(kind, facts);
        if (!facts.Client.IsBuiltIn)
        {
            yield return words["It calls itself “{0}”.", CleanText.Of(facts.Client.Name, MaxNameLength)];
        }
        if (about is not null)
        {
            yield return words["What it wants to do: “{0}”", CleanText.Of(about)];
        }
        if (kind is MailKind.GrantNew or MailKind.GrantWider or MailKind.GrantEnding)
        {
            yield return words["It may:"];
            yield return string.Join('\n', Sentences.Of(facts.Grant, facts.Resource, words).Select(s => Bullet + CleanText.Of(s)));
        }
        foreach (var paragraph in kind switch
        {
            MailKind.GrantNew or MailKind.GrantWider => NotMe(facts, link!),
            MailKind.GrantEnding => Renew(facts, link!),
            MailKind.GrantReplayed => [words["If you still want it, connect the agent again: you are asked anew."], Manage(facts)],
            _ => [Link(words["Approve or refuse"], issuer.At("/account/approvals"))],
        })
        {
            yield return paragraph;
        }
        yield return words["Sent by {0} because you have an account there.", issuer.Value.Split("://")[1]];
    }

    private string Lead(MailKind kind, GrantFacts facts)
    {
        var (who, where, host) = (Who(facts), Where(facts), facts.Resource.Host);
        return kind switch
        {
            MailKind.GrantNew => words["{0} may act for you in {1} ({2}), since {3}.", who, where, host, Time(facts.Grant.AllowedAt)],
            MailKind.GrantWider =>
                words["{0} may do more for you in {1} ({2}) than before, since {3}.", who, where, host, Time(facts.Grant.AllowedAt)],
            MailKind.GrantEnding => words["{0}: what it may do for you in {1} ({2}) ends on {3}.",
                who, where, host, Time(facts.Grant.EndsAt)],
            MailKind.GrantReplayed => words[
                "{0}: a key for {1} ({2}) that had been used came back. Somebody may have copied it, so the access was ended at once.",
                who, where, host],
            _ => words["{0} wants to do something in {1} ({2}) that you are asked about first.", who, where, host],
        };
    }

    private IEnumerable<string> NotMe(GrantFacts facts, MailLinkTo link) =>
    [
        facts.Grant.EndsAt == Grant.Unending
            ? words["It goes on until you remove it."]
            : words["It ends on {0} unless you end it before.", Time(facts.Grant.EndsAt)],
        Manage(facts),
        words["Was this not you? Somebody else may be signed in as you: change your password, too."],
        Link(words["This was not me: remove and report"], link.Url),
        WorksOnce(link),
    ];

    private IEnumerable<string> Renew(GrantFacts facts, MailLinkTo link) =>
    [
        words["If you do nothing, it ends by itself, and the agent must ask you again."],
        Link(words["Renew it for as long again"], link.Url),
        WorksOnce(link),
        Manage(facts),
    ];

    private string WorksOnce(MailLinkTo link) =>
        words["The link works once, until {0}, without signing in. Opening it shows a page and changes nothing yet.", Time(link.EndsAt)];

    private string Manage(GrantFacts facts) =>
        Link(words["See it, change it or end it"], issuer.At($"/account/agents/{facts.Grant.Id:D}"));

    private static string Link(string name, string url) => $"{name}:\n{url}";

    private string Who(GrantFacts facts) =>
        facts.RunsHere ? words["A program on your computer"] : CleanText.Of(facts.ProofHost, MaxNameLength);

    private string Where(GrantFacts facts) =>
        facts.Resource.IsIdentity ? words["your account"] : CleanText.Of(facts.Resource.Name, MaxNameLength);

    private string Time(DateTimeOffset at) => at.UtcDateTime.ToString(words["d MMM yyyy, HH:mm 'UTC'"], CultureInfo.CurrentCulture);

    /// <summary>Counted as the column counts, and no character cut in two.</summary>
    private static string Within(int most, string line)
    {
        if (line.Length <= most)
        {
            return line;
        }
        var end = most - 1;
        return line[..(char.IsHighSurrogate(line[end - 1]) ? end - 1 : end)] + "…";
    }

    private static T InLanguageOf<T>(Account account, Func<T> write)
    {
        var (formats, texts) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(account.Culture ?? "en");
            return write();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (formats, texts);
        }
    }
}
