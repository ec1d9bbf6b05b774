using AgentAuth.Server.Features.FirstAdministrator;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.Server.Tests.Features.FirstAdministrator;

public sealed class SetUpLinkTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly SetUpLink _link;

    public SetUpLinkTests() => _link = new(_clock, _keys);

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
    public void Another_node_with_the_same_keys_opens_it_and_a_server_with_other_keys_does_not()
    {
        var token = _link.Offer();

        Assert.True(new SetUpLink(_clock, _keys).Accepts(token));
        Assert.False(new SetUpLink(_clock, new EphemeralDataProtectionProvider()).Accepts(token));
    }
}
