using System.Globalization;
using System.Net;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.Server.Tests.Features.Shared;

public sealed class SignInThrottleTests
{
    private static readonly IPAddress Eve = IPAddress.Parse("203.0.113.7");
    private static readonly IPAddress Alice = IPAddress.Parse("198.51.100.1");

    private readonly FakeTimeProvider _clock = new();
    private readonly SignInThrottle _throttle;

    public SignInThrottleTests() => _throttle = new(new FailureBooks(_clock, areShared: false), isOn: true);

    [Fact]
    public void Five_wrong_passwords_are_free_and_the_sixth_waits_a_second()
    {
        Fail(5, Eve, "alice@test");

        Assert.Equal(TimeSpan.FromSeconds(1), _throttle.Begin(Eve, "alice@test"));
    }

    [Fact]
    public void Each_further_one_waits_twice_as_long_and_never_more_than_a_minute()
    {
        Fail(5, Eve, "alice@test");
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var wait = _throttle.Begin(Eve, "alice@test")!.Value;
            waits.Add(wait.TotalSeconds);
            _clock.Advance(wait);
            Assert.Null(_throttle.Begin(Eve, "alice@test"));
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], waits);
    }

    [Fact]
    public void The_owner_elsewhere_is_not_locked_out_by_five_wrong_guesses()
    {
        Fail(5, Eve, "alice@test");

        Assert.Null(_throttle.Begin(Alice, "alice@test"));
    }

    [Fact]
    public void Guesses_from_many_addresses_slow_the_account_by_seconds()
    {
        for (var i = 0; i < 30; i++)
        {
            _throttle.Begin(IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"192.0.2.{i}")), "alice@test");
        }

        var wait = _throttle.Begin(Alice, "alice@test");

        Assert.NotNull(wait);
        Assert.True(wait <= TimeSpan.FromSeconds(4), $"waited {wait}");
    }

    [Fact]
    public void One_password_tried_on_a_thousand_accounts_stops_at_sixty_a_minute()
    {
        var tried = Enumerable.Range(0, 1000).Count(i => _throttle.Begin(Eve, $"person{i}@test") is null);

        Assert.Equal(60, tried);
    }

    [Fact]
    public void The_right_password_is_forgiven_everything()
    {
        Fail(4, Alice, "alice@test");
        Assert.Null(_throttle.Begin(Alice, "ALICE@test "));
        _throttle.Succeeded(Alice, "alice@test");

        Fail(5, Alice, "alice@test");
    }

    [Fact]
    public void Neighbours_in_an_ipv6_network_count_as_one()
    {
        Fail(5, IPAddress.Parse("2001:db8::1"), "alice@test");

        Assert.NotNull(_throttle.Begin(IPAddress.Parse("2001:db8::2"), "alice@test"));
    }

    [Theory]
    [InlineData("KATE@test")]
    [InlineData("\u212Aate@test")] // the Kelvin sign
    [InlineData(" kate@test ")]
    public void Spellings_that_find_one_account_count_together(string spelling)
    {
        Fail(5, Eve, "kate@test");

        Assert.NotNull(_throttle.Begin(Eve, spelling));
    }

    [Theory]
    [InlineData(-24 * 60)]
    [InlineData(-5)]
    [InlineData(120)]
    [InlineData(40 * 24 * 60)]
    public void A_clock_that_is_set_frees_nobody_and_shuts_nobody_out(int minutes)
    {
        var clock = new SetClock(_clock);
        var throttle = new SignInThrottle(new FailureBooks(clock, areShared: false), isOn: true);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Null(throttle.Begin(Eve, "alice@test")));
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Null(throttle.Begin(Alice, "alice@test")));

        clock.SetBy = TimeSpan.FromMinutes(minutes);

        Assert.Equal(TimeSpan.FromSeconds(1), throttle.Begin(Eve, "alice@test"));
        Assert.Null(throttle.Begin(Alice, "alice@test"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(throttle.Begin(Eve, "alice@test"));
    }

    [Fact]
    public void Switched_off_it_lets_everybody_through()
    {
        var off = new SignInThrottle(new FailureBooks(_clock, areShared: false), isOn: false);

        Assert.All(Enumerable.Range(0, 200), _ => Assert.Null(off.Begin(Eve, "alice@test")));
    }

    private void Fail(int times, IPAddress address, string account)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Null(_throttle.Begin(address, account));
        }
    }

    /// <summary>Somebody sets the computer's clock; time itself goes on as before.</summary>
    private sealed class SetClock(TimeProvider real) : TimeProvider
    {
        public TimeSpan SetBy { get; set; }

        public override long TimestampFrequency => real.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + SetBy;

        public override long GetTimestamp() => real.GetTimestamp();
    }
}
