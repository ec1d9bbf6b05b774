using System.Globalization;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>
/// What a person allows, made of what was posted and of what they were shown. Pure, and never more than was shown: a scope that was not
/// asked, an end that was not offered, a thing that is not theirs do not come through.
/// </summary>
internal sealed record ConsentChoice(IReadOnlyList<string> Scopes, GrantTerms Terms)
{
    public const string NothingTicked = "Tick at least one permission, or cancel.";
    public const string NotOffered = "Choose one of the ends that are offered.";
    public const string BadLimit = "Write a whole number from 1 to 10000, or nothing.";
    public const string BadLabel = "Write a name of at most 60 characters on one line, or nothing.";
    public const string NothingPicked = "Pick at least one, or allow all.";
    public const string TooMuchPicked = "So many cannot be picked one by one: pick fewer, or allow all.";
    public const string NoList = "What you picked could not be checked, so nothing was allowed. Try again in a moment.";

    public const string ThingsField = "things";
    public const string LastsField = "lasts";
    public const string LimitField = "limit";
    public const string LabelField = "label";

    private const string All = "all";
    private const string Some = "some";

    /// <summary>The choice, or what is wrong and at which field; a problem of the whole has no field.</summary>
    public static (ConsentChoice? Choice, string Field, string Problem) Of(ConsentForm form, ConsentView view)
    {
        var scopes = ScopesOf(form, view);
        if (scopes.Count == 0)
        {
            return (null, "", NothingTicked);
        }
        var options = view.Options;
        if (options.Terms.SingleOrDefault(t => t.Value == (form.Lasts ?? options.Term.Value)) is not { } term)
        {
            return (null, LastsField, NotOffered);
        }
        if (!TryLimit(form, options, out var limit))
        {
            return (null, LimitField, BadLimit);
        }
        if (form.Label is { } label && !IsLabel(label))
        {
            return (null, LabelField, BadLabel);
        }
        var (picked, pickProblem) = Pick(form, options);
        if (pickProblem is not null)
        {
            return (null, ThingsField, pickProblem);
        }
        return (new(scopes, new(term.EndsAt)
        {
            SessionId = term.SessionId,
            ChangesPerDay = limit,
            AsksFirst = options.CanAskFirst ? form.Ask ?? options.AsksFirst : options.AsksFirst,
            Picked = picked,
            Label = form.Label is null ? null : UnicodeText.Normal(form.Label.Trim()),
        }), "", "");
    }

    /// <summary>The page as the person left it, to be corrected.</summary>
    public static ConsentView Shown(ConsentForm form, ConsentView view) => view with
    {
        Rows = [.. view.Rows.Select(r => r with { IsTicked = r.IsRequired || form.Scopes.Contains(r.Scope, StringComparer.Ordinal) })],
        Options = view.Options with
        {
            Preset = PresetOf(form.Preset),
            Term = view.Options.Terms.FirstOrDefault(t => t.Value == form.Lasts) ?? view.Options.Term,
            WrittenLimit = form.Limit,
            AsksFirst = form.Ask ?? view.Options.AsksFirst,
            Label = form.Label is { Length: <= Grant.MaxLabelLength } ? form.Label : view.Options.Label,
            Picked = form.Things is null && form.Objects.Count == 0 ? view.Options.Picked
                : MeansAll(form, view.Options) ? null : form.Objects,
            Pickables = Kept(form, view.Options),
        },
    };

    private static Pickables? Kept(ConsentForm form, ConsentOptions options) =>
        options.Pickables?.Things is not null || form.Objects.Count == 0 || MeansAll(form, options)
            ? options.Pickables
            : (options.Pickables ?? new("", Things: null)) with { Kept = form.Objects };

    /// <summary>
    /// A preset stands for its ticks where nobody changed a tick. Without script the two can disagree: ticks that were changed under a
    /// preset that was not are the person's last word, and where both were changed only what both say is allowed.
    /// </summary>
    private static IReadOnlyList<string> ScopesOf(ConsentForm form, ConsentView view)
    {
        var ticked = view.Rows.Where(r => r.IsRequired || form.Scopes.Contains(r.Scope, StringComparer.Ordinal))
            .Select(r => r.Scope).ToList();
        var preset = PresetOf(form.Preset);
        if (preset == Preset.Choose || !view.HasPresets)
        {
            return ticked;
        }
        var meant = view.ScopesOf(preset);
        if (view.ScopesOf(Preset.Choose).ToHashSet(StringComparer.Ordinal).SetEquals(ticked))
        {
            return meant;
        }
        return preset == view.Options.Preset ? ticked : [.. ticked.Intersect(meant, StringComparer.Ordinal)];
    }

    private static Preset PresetOf(string? posted) => posted switch
    {
        "read" => Preset.Read,
        "all" => Preset.All,
        _ => Preset.Choose,
    };

    private static bool TryLimit(ConsentForm form, ConsentOptions options, out int? limit)
    {
        limit = options.ChangesPerDay;
        if (form.Limit is null || !options.HasLimit)
        {
            return true;
        }
        limit = null;
        var written = form.Limit.Trim();
        if (written.Length == 0)
        {
            return true;
        }
        var isGood = int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= ConsentOptions.MostChanges;
        limit = number;
        return isGood;
    }

    /// <summary>
    /// Never more than was posted. While the resource cannot tell what there is, what was picked before stays picked, and what is picked
    /// now is not believed: it might be somebody else's, and leaving it away would allow everything.
    /// </summary>
    private static (IReadOnlyList<string>? Picked, string? Problem) Pick(ConsentForm form, ConsentOptions options)
    {
        if (form.Things is null && form.Objects.Count == 0)
        {
            return (options.Picked, null);
        }
        var all = MeansAll(form, options);
        if (options.Pickables?.Things is not { } things)
        {
            return (options.Picked, all ? null : NoList);
        }
        var picked = things.Select(t => t.Identifier).Intersect(form.Objects, StringComparer.Ordinal).ToList();
        return all ? (null, null)
            : form.Things is not (Some or All or null) || picked.Count == 0 ? (null, NothingPicked)
            : (picked, PickableObjects.Fit(picked) ? null : TooMuchPicked);
    }

    /// <summary>
    /// As with presets: without script the two can disagree, and ticks that were changed under "all" are the person's last word. Who turned
    /// from what was picked before to "all" need not untick it.
    /// </summary>
    private static bool MeansAll(ConsentForm form, ConsentOptions options) => form.Things == All
        && (form.Objects.Count == 0 || (TickedOf(options) is { Count: > 0 } ticked && ticked.SetEquals(form.Objects)));

    /// <summary>What stood ticked on the page: of what was picked before that which there still is.</summary>
    private static HashSet<string> TickedOf(ConsentOptions options) =>
        (options.Pickables?.Things ?? []).Select(t => t.Identifier).Intersect(options.Picked ?? [], StringComparer.Ordinal)
            .ToHashSet(StringComparer.Ordinal);

    private static bool IsLabel(string label) =>
        label.Trim().Length <= Grant.MaxLabelLength && UnicodeText.IsNormalizable(label)
        && label.EnumerateRunes().All(DisplayText.IsHarmless);
}
