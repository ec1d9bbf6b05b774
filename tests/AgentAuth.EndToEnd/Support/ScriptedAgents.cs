namespace AgentAuth.EndToEnd.Support;

/// <summary>What people do with agents that run as scripts.</summary>
internal static class ScriptedAgents
{
    /// <summary>The script shows its link, the person follows it and allows all, the script hears of it on its loopback port.</summary>
    public static async Task IsAllowedByAsync(this NodeScript agent, Person person)
    {
        var ask = await agent.NextAsync("authorize");
        await DeliverAsync(await person.AllowAsync(ask.GetProperty("url").GetString()!));
    }

    /// <summary>Does what a browser does with a redirect to a program on this computer.</summary>
    public static async Task DeliverAsync(Uri landing)
    {
        using var answer = await Web.Client.GetAsync(landing, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
