using AgentAuth.Server.Features.Authorize;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>Which things: what was posted against what the resource offered.</summary>
public sealed class ConsentChoiceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly Pickables Folders = new("Folders", [new("a", "Letters"), new("b", "Bills"), new("c", "Plans")]);

    [Theory]
    [InlineData("all", "", "", null)]
    [InlineData("all", "a", "a", null)] // without script the two can disagree: ticks are the last word
    [InlineData("all", "x", null, ConsentChoice.NothingPicked)]
    [InlineData(null, "a", "a", null)]
    [InlineData("some", "b a", "a b", null)]
    [InlineData("some", "b x", "b", null)] // x is not theirs
    [InlineData("some", "x", null, ConsentChoice.NothingPicked)]
    [InlineData("some", "", null, ConsentChoice.NothingPicked)]
    [InlineData("many", "a", null, ConsentChoice.NothingPicked)]
    public void What_is_picked_is_among_what_was_offered(string? things, string objects, string? picked, string? problem)
    {
        var (choice, field, said) = ConsentChoice.Of(
            new() { Scopes = ["mail.read"], Things = things, Objects = objects.Split(' ', StringSplitOptions.RemoveEmptyEntries) },
            View(Folders));

        Assert.Equal(problem ?? "", said);
        Assert.Equal(problem is null ? "" : "things", field);
        Assert.Equal(picked, choice is null ? null : string.Join(' ', choice.Terms.Picked ?? []));
    }

    [Fact]
    public void What_was_picked_before_stays_while_the_resource_cannot_tell_what_there_is()
    {
        var view = View(null);
        view = view with { Options = view.Options with { Picked = ["a"] } };

        var (choice, _, _) = ConsentChoice.Of(new() { Scopes = ["mail.read"], Things = "all" }, view);

        Assert.Equal(["a"], choice!.Terms.Picked);
    }

    [Theory]
    [InlineData("a b", "")] // what was ticked when the page came is no tick that was made
    [InlineData("a", "a")]
    [InlineData("a b c", "a b c")]
    public void Who_turns_to_all_from_what_was_picked_before_need_not_untick_it(string objects, string picked)
    {
        var view = View(Folders);
        view = view with { Options = view.Options with { Picked = ["a", "b", "gone"] } };

        var (choice, _, _) = ConsentChoice.Of(new() { Scopes = ["mail.read"], Things = "all", Objects = objects.Split(' ') }, view);

        Assert.Equal(picked, string.Join(' ', choice!.Terms.Picked ?? []));
    }

    [Theory]
    [InlineData("some", "a")]
    [InlineData("some", "")]
    [InlineData("all", "a")]
    [InlineData(null, "a")]
    public void What_is_picked_while_the_resource_cannot_tell_what_there_is_allows_nothing(string? things, string objects)
    {
        foreach (var offered in new[] { null, new Pickables("Folders", Things: null) })
        {
            var (choice, field, said) = ConsentChoice.Of(
                new() { Scopes = ["mail.read"], Things = things, Objects = objects.Split(' ', StringSplitOptions.RemoveEmptyEntries) },
                View(offered));

            Assert.Null(choice);
            Assert.Equal(("things", ConsentChoice.NoList), (field, said));
        }
    }

    [Fact]
    public void What_was_picked_before_stays_where_nothing_is_posted_about_it()
    {
        var view = View(Folders);
        view = view with { Options = view.Options with { Picked = ["a"] } };

        var (choice, _, _) = ConsentChoice.Of(new() { Scopes = ["mail.read"] }, view);

        Assert.Equal(["a"], choice!.Terms.Picked);
    }

    private static ConsentView View(Pickables? pickables)
    {
        var month = new Term("month", Now.AddDays(30), "30 days", "for 30 days", "28 Dec 2026");
        return new()
        {
            Email = "alice@demo.test",
            ClientName = "An app",
            Trust = Trust.DomainProved,
            RedirectHost = "app.test",
            RedirectUri = "https://app.test/cb",
            ResourceName = "Demo Files",
            ResourceHost = "files.test",
            Rows = [new(new("mail.read", "Read", PermissionGroup.See), IsTicked: true)],
            Options = new() { Preset = Preset.Read, Terms = [month], Term = month, Pickables = pickables },
        };
    }
}
