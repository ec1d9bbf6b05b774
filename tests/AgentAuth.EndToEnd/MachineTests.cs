using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd;

public sealed class MachineTests(Chromium chromium, PostgresCluster postgres)
{
    [Fact]
    public async Task Chromium_opens()
    {
        await using var c = await chromium.OpenAsync();
        var page = await c.NewPageAsync();
        await page.SetContentAsync("<h1>hi</h1>");
        Assert.Equal("hi", await page.TextContentAsync("h1"));
    }

    [Fact]
    public async Task Pg() => Assert.Contains("e2e_", await postgres.DatabaseAsync(), StringComparison.Ordinal);
}
