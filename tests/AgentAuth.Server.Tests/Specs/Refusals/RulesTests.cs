using System.Text.RegularExpressions;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Tests.House;

namespace AgentAuth.Server.Tests.Specs.Refusals;

/// <summary>No refusal is explained by a rule that nobody chose for it.</summary>
public sealed partial class RulesTests
{
    private const int TimeoutMilliseconds = 1_000;

    private const string Server = "src/AgentAuth.Server/";

    /// <summary>Where a rule's name is put into a refusal.</summary>
    private static readonly string[] NamingRules = [Server + "Specs/Refusals/Refusing.cs"];

    [Fact]
    public void Every_refusal_of_ours_names_its_rule() => Assert.Equal(
        NamingRules,
        Repository.Sources(".cs")
            .Where(f => f.StartsWith(Server, StringComparison.Ordinal) && Nameless().IsMatch(File.ReadAllText(Repository.At(f))))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void A_planted_one_that_names_none_is_found() =>
        Assert.Matches(Nameless(), "context.Reject(Errors.InvalidClient, OwnWords.InvalidClient);");

    /// <summary>The error stands for five mistakes. What is not known to be one of them must not be called a wrong secret.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("https://documentation.openiddict.com/errors/ID2999")]
    [InlineData("https://elsewhere.test/")]
    public void A_client_that_did_not_authenticate_is_not_told_that_its_secret_is_wrong(string? uri) =>
        Assert.Equal("client.authentication", Rules.Of("invalid_client", uri, words: null).Name);

    [GeneratedRegex(@"\.Reject\(", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex Nameless();
}
