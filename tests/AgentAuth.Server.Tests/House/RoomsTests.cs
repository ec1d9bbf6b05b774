using ArchUnitNET.Loader;

namespace AgentAuth.Server.Tests.House;

public sealed class RoomsTests
{
    [Fact]
    public void Each_room_imports_only_rooms_to_its_right()
    {
        var architecture = new ArchLoader().LoadAssembly(typeof(Program).Assembly).Build();

        var problems = architecture.Types
            .SelectMany(type => type.Dependencies.Select(d => Rooms.Problem(type.FullName, d.Target.FullName)))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("AgentAuth.Server.Model.Grant", "AgentAuth.Server.Specs.Issuer")]
    [InlineData("AgentAuth.Server.Signals.Telemetry", "AgentAuth.Server.Model.Grant")]
    [InlineData("AgentAuth.Server.Specs.Issuer", "AgentAuth.Server.Tokens.Revoker")]
    [InlineData("AgentAuth.Server.Tokens.Revoker", "AgentAuth.Server.Features.Authorize.NextStep")]
    [InlineData("AgentAuth.Server.Features.Authorize.NextStep", "AgentAuth.Server.Setup.ServerSettings")]
    [InlineData("AgentAuth.Server.Features.Authorize.NextStep", "AgentAuth.Server.Features.SignIn.SignInPage")]
    [InlineData("AgentAuth.Server.Features.Shared.Texts", "AgentAuth.Server.Features.SignIn.SignInPage")]
    [InlineData("AgentAuth.Server.Chores.WatchKeys", "AgentAuth.Server.Features.Shared.Texts")]
    [InlineData("AgentAuth.Server.Tokens.Revoker", "AgentAuth.Server.Chores.WatchKeys")]
    [InlineData("AgentAuth.Server.Setup.KeySetup", "AgentAuth.Server.Commands.BackUp")]
    [InlineData("AgentAuth.Server.Chores.WatchKeys", "AgentAuth.Server.Commands.BackUp")]
    public void A_planted_arrow_to_the_left_is_found(string from, string to) => Assert.NotNull(Rooms.Problem(from, to));

    [Theory]
    [InlineData("AgentAuth.Server.Setup.KeySetup", "AgentAuth.Server.Chores.WatchKeys")]
    [InlineData("AgentAuth.Server.Features.FeatureMap", "AgentAuth.Server.Features.Authorize.AuthorizeMap")]
    [InlineData("AgentAuth.Server.Features.Authorize.NextStep", "AgentAuth.Server.Features.Shared.Texts")]
    [InlineData("AgentAuth.Server.Chores.WatchKeys", "AgentAuth.Server.Tokens.Keys.KeyRing")]
    [InlineData("AgentAuth.Server.Commands.PruneNow", "AgentAuth.Server.Chores.Prune")]
    [InlineData("AgentAuth.Server.Commands.BackUp", "AgentAuth.Server.Setup.ServerSettings")]
    public void An_arrow_to_the_right_is_fine(string from, string to) => Assert.Null(Rooms.Problem(from, to));
}
