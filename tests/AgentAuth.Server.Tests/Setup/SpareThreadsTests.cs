using AgentAuth.Server.Setup;

namespace AgentAuth.Server.Tests.Setup;

public sealed class SpareThreadsTests
{
    private const int Usual = 2;

    private readonly SpareThreads _threads = new(Usual, most: 1_000);

    [Fact]
    public void Who_is_held_up_gets_some_and_then_some_more_up_to_a_limit()
    {
        Assert.True(_threads.Next(isHeldUp: true, busy: Usual));
        Assert.Equal(Usual + SpareThreads.AtOnce, _threads.Wanted);

        Assert.True(_threads.Next(isHeldUp: true, busy: _threads.Wanted));
        Assert.Equal(Usual + (2 * SpareThreads.AtOnce), _threads.Wanted);

        Assert.True(_threads.Next(isHeldUp: true, busy: 500));
        Assert.Equal(Usual + SpareThreads.Most, _threads.Wanted);
        Assert.False(_threads.Next(isHeldUp: true, busy: 500));
    }

    [Fact]
    public void They_are_given_back_when_it_has_been_calm_for_a_while()
    {
        _threads.Next(isHeldUp: true, busy: Usual);

        for (var beat = 1; beat < SpareThreads.CalmBeats; beat++)
        {
            Assert.False(_threads.Next(isHeldUp: false, busy: 0));
        }

        Assert.True(_threads.Next(isHeldUp: false, busy: 0));
        Assert.Equal(Usual, _threads.Wanted);
        Assert.False(_threads.Next(isHeldUp: false, busy: 0));
    }

    [Fact]
    public void They_are_kept_as_long_as_some_are_still_held_up()
    {
        _threads.Next(isHeldUp: true, busy: Usual);

        for (var beat = 0; beat < 3 * SpareThreads.CalmBeats; beat++)
        {
            Assert.False(_threads.Next(isHeldUp: false, busy: Usual + 1));
        }

        Assert.True(_threads.Next(isHeldUp: false, busy: Usual));
    }

    [Fact]
    public void Another_time_of_being_held_up_begins_the_wait_anew()
    {
        _threads.Next(isHeldUp: true, busy: Usual);
        for (var beat = 1; beat < SpareThreads.CalmBeats; beat++)
        {
            _threads.Next(isHeldUp: false, busy: 0);
        }

        _threads.Next(isHeldUp: true, busy: 1);

        Assert.False(_threads.Next(isHeldUp: false, busy: 0));
        Assert.Equal(Usual + SpareThreads.AtOnce, _threads.Wanted);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(1, Usual)]
    public void It_asks_for_no_more_than_the_pool_may_have(int most, int wanted)
    {
        var threads = new SpareThreads(Usual, most);

        threads.Next(isHeldUp: true, busy: Usual);

        Assert.Equal(wanted, threads.Wanted);
    }
}
