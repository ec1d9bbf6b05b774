using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>
/// R18: what is wrong around the server is said in one line and it does not start; what is only unusual does not disturb it.
/// </summary>
public sealed class BadSurroundingsTests(PostgresCluster postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Without_the_keys_that_belong_to_the_database_it_does_not_start()
    {
        using var folder = new TemporaryFolder();
        await StartedOnceAsync(folder);
        Directory.Delete(Path.Combine(folder.Path, "keys"), recursive: true);

        await RefusesAsync(ProductProcess.OnSqlite(folder.Path), "data protection keys");
    }

    [Fact]
    public async Task With_keys_it_cannot_read_it_does_not_start_and_makes_no_others()
    {
        using var folder = new TemporaryFolder();
        await StartedOnceAsync(folder);
        var key = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "keys"), "*.xml"));
        await File.WriteAllTextAsync(key, "<key", TestContext.Current.CancellationToken);

        await RefusesAsync(ProductProcess.OnSqlite(folder.Path), "data protection keys");
    }

    [Fact]
    public async Task With_a_database_that_is_none_it_does_not_start()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "agentauth.db"), new string('x', 10_000), TestContext.Current.CancellationToken);

        await RefusesAsync(ProductProcess.OnSqlite(folder.Path), "damaged");
    }

    [Fact]
    public async Task Where_it_may_not_write_it_does_not_start()
    {
        using var disk = await SmallDisk.OfAsync(megabytes: 12);
        var data = disk.Folder("data");
        await using (var first = ProductProcess.Start(ProductProcess.OnSqlite(data)))
        {
            await first.IsReadyAsync(Patience);
        }

        await disk.ReadOnlyAsync();

        await RefusesAsync(ProductProcess.OnSqlite(data), "DataPath");
    }

    [Fact]
    public async Task Where_it_may_not_write_its_tables_it_does_not_wait_for_anybody()
    {
        using var disk = await SmallDisk.OfAsync(megabytes: 12);
        var data = disk.Folder("data");
        await File.WriteAllTextAsync(Path.Combine(data, "agentauth.db"), string.Empty, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(data, "keys"));
        await disk.ReadOnlyAsync();

        await RefusesAsync(ProductProcess.OnSqlite(data), "Read-only");
    }

    [Fact]
    public async Task Where_a_restore_was_cut_off_it_does_not_begin_anew()
    {
        using var folder = new TemporaryFolder();
        await StartedOnceAsync(folder);
        File.Move(Path.Combine(folder.Path, "agentauth.db"), Path.Combine(folder.Path, "agentauth.db.before-restore"));

        await RefusesAsync(ProductProcess.OnSqlite(folder.Path), "restore was cut off");
    }

    [Theory]
    [InlineData("AgentAuth:RateLimits:Enabled", "no")]
    [InlineData("AgentAuth:Load:AtOnce", "many")]
    [InlineData("AgentAuth:Mail:Host", "smtp.example.com:587")]
    [InlineData("AgentAuth:Database:Provider", "Oracle")]
    [InlineData("AgentAuth:Sessions:Idle", "soon")]
    [InlineData("ConnectionStrings:AgentAuth", "Host=database;Username=agentauth")] // and Provider forgotten
    public async Task With_a_setting_that_cannot_be_it_does_not_start_and_touches_nothing(string setting, string value)
    {
        using var folder = new TemporaryFolder();
        await using var server = ProductProcess.Start([.. ProductProcess.OnSqlite(folder.Path), $"--{setting}={value}"]);

        Assert.Equal(2, await server.EndsAsync(Patience));
        Assert.Contains(setting, Assert.Single(server.Output.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "agentauth.db")));
    }

    [Fact]
    public async Task With_several_settings_that_cannot_be_it_names_them_all_in_one_line()
    {
        using var folder = new TemporaryFolder();
        await using var server = ProductProcess.Start(
            [.. ProductProcess.OnSqlite(folder.Path), "--AgentAuth:Mail:Host=a b", "--AgentAuth:Tokens:AccessToken=01:00:00"]);

        Assert.Equal(2, await server.EndsAsync(Patience));
        var line = Assert.Single(server.Output.TrimEnd().Split('\n'));
        Assert.Contains("AgentAuth:Mail:Host", line, StringComparison.Ordinal);
        Assert.Contains("AgentAuth:Tokens:AccessToken", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_be_over_the_next_time_ends_it_with_another_status_than_what_has_to_be_changed()
    {
        var good = await postgres.DatabaseAsync();
        await using var away = ProductProcess.Start(ProductProcess.OnPostgres(good + ";Host=127.0.0.1;Port=1"));
        await using var stranger = ProductProcess.Start(ProductProcess.OnPostgres(good + ";Username=nobody_knows"));

        Assert.Equal(1, await away.EndsAsync(Patience));
        Assert.Equal(2, await stranger.EndsAsync(Patience));
    }

    [Fact]
    public async Task With_a_wrong_database_or_user_or_none_listening_it_does_not_start()
    {
        var good = await postgres.DatabaseAsync();

        await RefusesAsync(ProductProcess.OnPostgres(good + ";Username=nobody_knows"), "ConnectionStrings:AgentAuth");
        await RefusesAsync(ProductProcess.OnPostgres(good + ";Host=127.0.0.1;Port=1"), "ConnectionStrings:AgentAuth");
        await RefusesAsync(ProductProcess.OnPostgres("Host=127.0.0.1;Colour=red"), "ConnectionStrings:AgentAuth");
    }

    [Fact]
    public async Task On_a_port_that_is_taken_it_does_not_start()
    {
        await using var there = await LoopbackSite.StartAsync("taken");
        using var folder = new TemporaryFolder();
        await using var server = ProductProcess.Start(ProductProcess.OnSqlite(folder.Path), port: there.Port);

        await EndsWithAsync(server, "--urls");
    }

    [Theory]
    [InlineData("tr_TR.UTF-8", "Europe/Istanbul")]
    [InlineData("ar_SA.UTF-8", "Pacific/Chatham")]
    public async Task In_any_language_and_any_time_zone_it_serves(string language, string zone)
    {
        var around = new Dictionary<string, string>(StringComparer.Ordinal) { ["LANG"] = language, ["LC_ALL"] = language, ["TZ"] = zone };
        await using var demo = await DemoProcess.OnPostgresAsync(null, new() { Environment = around });
        var agent = await Agent.MeetAsync(demo);

        var tokens = await agent.ConnectAsync(Person.Alice(demo), "mail.read offline_access");

        Assert.True(await agent.IsActiveAsync(tokens.AccessToken));
        Assert.Equal(200, (await agent.RefreshAsync(tokens.RefreshToken)).Status);
    }

    private static async Task StartedOnceAsync(TemporaryFolder folder)
    {
        await using var first = ProductProcess.Start(ProductProcess.OnSqlite(folder.Path));
        await first.IsReadyAsync(Patience);
    }

    private static async Task RefusesAsync(string[] arguments, string says)
    {
        await using var server = ProductProcess.Start(arguments);
        await EndsWithAsync(server, says);
    }

    private static async Task EndsWithAsync(ProductProcess server, string says)
    {
        Assert.NotEqual(0, await server.EndsAsync(Patience));
        Assert.Contains(server.Output.Split('\n'), line => line.Contains(says, StringComparison.Ordinal));
        Assert.DoesNotContain("\n   at ", server.Output, StringComparison.Ordinal); // a line to act on; a stack is inside a log's line
    }
}
