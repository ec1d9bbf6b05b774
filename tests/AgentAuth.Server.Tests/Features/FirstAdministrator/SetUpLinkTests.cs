using AgentAuth.Server.Features.FirstAdministrator;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.Server.Tests.Features.FirstAdministrator;

public sealed class SetUpLinkTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SetUpLink _link;

    public SetUpLinkTests() => _link = new(_clock);

    [Fact]
    public void The_token_on_the_console_opens_the_page()
    {
        var token = _link.Offer();

        Assert.True(_link.Accepts(token));
    }

    [Fact]
    public void Nothing_else_does()
    {
        Assert.False(_link.Accepts("anything"));
        _link.Offer();

        Assert.False(_link.Accepts(null));
        Assert.False(_link.Accepts(""));
        Assert.False(_link.Accepts(new string('A', 43)));
    }

    [Fact]
    public void After_a_day_it_is_dead()
    {
        var token = _link.Offer();

        _clock.Advance(SetUpLink.Lifetime);

        Assert.False(_link.Accepts(token));
    }

    [Fact]
    public void After_it_was_used_it_is_dead()
    {
        var token = _link.Offer();

        _link.Close();

        Assert.False(_link.Accepts(token));
    }
}
