namespace AgentAuth.Server.Tests.House;

public sealed class LengthTests
{
    private const int MaxLines = 250;
    private const int MaxColumns = 140;
    private const int MaxMarkup = 60;

    [Fact]
    public void Every_file_fits_the_screen_and_every_line_the_page()
    {
        var problems = Repository.Sources(".cs", ".cshtml", ".css", ".js", ".mjs")
            .SelectMany(file => Problems(file, File.ReadAllLines(Repository.At(file))));

        Assert.Empty(problems);
    }

    [Fact]
    public void A_planted_long_file_and_a_planted_long_line_are_found()
    {
        Assert.Single(Problems("planted.cs", [.. Enumerable.Repeat("", MaxLines + 1)]));
        Assert.Single(Problems("planted.cs", [new string('x', MaxColumns + 1)]));
        Assert.Single(Problems("planted.cshtml", [.. Enumerable.Repeat("", MaxMarkup + 1)]));
        Assert.Empty(Problems("planted.cs", [.. Enumerable.Repeat(new string('x', MaxColumns), MaxLines)]));
    }

    private static IEnumerable<string> Problems(string file, string[] lines)
    {
        var limit = file.EndsWith(".cshtml", StringComparison.Ordinal) ? MaxMarkup : MaxLines;
        if (lines.Length > limit)
        {
            yield return $"{file} has {lines.Length} lines; the limit is {limit}";
        }
        // Markup is measured by what it says, not by how long a translatable sentence is.
        foreach (var (line, number) in lines.Select((line, i) => (line, i + 1)).Where(l => l.line.Length > MaxColumns && limit == MaxLines))
        {
            yield return $"{file}:{number} has {line.Length} columns; the limit is {MaxColumns}";
        }
    }
}
