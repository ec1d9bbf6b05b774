using System.Security.Cryptography;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Commands;

/// <summary>A backup is whole and closed, or there is none.</summary>
public sealed class BackUpTests
{
    [Fact]
    public async Task A_backup_taken_while_the_server_writes_is_of_one_moment()
    {
        await using var server = await AuthServer.StartAsync();
        using var writing = new CancellationTokenSource();
        var pairs = Task.Run(() => WritePairsAsync(server, writing.Token)); // SQLite never waits of itself
        while (await server.LookAsync(db => db.AuditEntries.CountAsync()) == 0)
        {
            await Task.Yield();
        }

        var file = await Operator.BackUpAsync(server.Store);
        var during = await server.LookAsync(db => db.AuditEntries.CountAsync());
        await writing.CancelAsync();
        await pairs;
        var store = await Template.EmptyAsync();
        await Operator.RestoreAsync(store, file);
        await using var restored = AuthServer.StartOn(store);

        var entries = await restored.LookAsync(db => db.AuditEntries.Where(e => e.Act == "test.pair").ToListAsync());
        var notices = await restored.LookAsync(db => db.Revocations.Where(r => r.Value.StartsWith("pair")).ToListAsync());
        Assert.NotEmpty(entries);
        Assert.InRange(entries.Count, 1, during);
        Assert.Equal(entries.Select(e => e.Target).Order(), notices.Select(r => r.Value).Order()); // two tables, one transaction each
    }

    [Fact]
    public async Task Nobody_but_its_owner_may_read_it_and_it_says_nothing_to_who_does()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes of files.");
        await using var server = await AuthServer.StartAsync();

        var file = await Operator.BackUpAsync(server.Store);

        if (!OperatingSystem.IsWindows()) // skipped there; the compiler wants to see it
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        var text = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
        Assert.DoesNotContain("alice", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Tokens", text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(server.Store.Folder, "*.unfinished"));
    }

    [Fact]
    public async Task Without_a_passphrase_or_with_a_short_one_or_with_one_that_ps_shows_there_is_none()
    {
        await using var server = await AuthServer.StartAsync();
        var file = Path.Combine(server.Store.Folder, "one.backup");

        var none = await Operator.RunHereAsync(server.Store, "backup", file);
        var weak = await Operator.RunSealedAsync(server.Store, ["backup", file], "short");
        var shown = await Operator.RunHereAsync(server.Store, "backup", file, $"--AgentAuth:Backup:Passphrase={Operator.Passphrase}");

        Assert.Equal((2, 2, 2), (none.Code, weak.Code, shown.Code));
        Assert.Contains("there is none", none.Complained, StringComparison.Ordinal);
        Assert.Contains("at least 12 characters", weak.Complained, StringComparison.Ordinal);
        Assert.Contains("can be read by everybody", shown.Complained, StringComparison.Ordinal);
        Assert.DoesNotContain(Operator.Passphrase, shown.Complained, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task One_that_is_there_is_not_overwritten()
    {
        await using var server = await AuthServer.StartAsync();
        var file = await Operator.BackUpAsync(server.Store);
        var before = await File.ReadAllBytesAsync(file);

        var (code, _, complained) = await Operator.RunSealedAsync(server.Store, ["backup", file]);

        Assert.Equal(2, code);
        Assert.Contains("overwrites nothing", complained, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Without_what_unseals_the_keys_there_is_none()
    {
        Assert.SkipWhen(Template.IsPostgres, "There the keys are a table of the same database.");
        await using var server = await AuthServer.StartAsync();
        foreach (var key in Directory.GetFiles(Path.Combine(server.Store.Folder, "keys")))
        {
            File.Delete(key);
        }

        var file = Path.Combine(server.Store.Folder, "one.backup");
        var (code, _, complained) = await Operator.RunSealedAsync(server.Store, ["backup", file]);

        Assert.Equal(1, code);
        Assert.Contains("data protection keys", complained, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(server.Store.Folder, "*backup*"));
    }

    [Fact]
    public async Task A_wrong_passphrase_a_changed_byte_and_a_missing_end_restore_nothing()
    {
        await using var server = await AuthServer.StartAsync();
        await server.ChangeAsync(db =>
        {
            db.AddRange(Enumerable.Range(0, 3_000)
                .Select(_ => new Revocation { Value = RandomNumberGenerator.GetHexString(200) })); // several chunks
            return Task.CompletedTask;
        });
        var file = await Operator.BackUpAsync(server.Store);
        var whole = await File.ReadAllBytesAsync(file);
        Assert.True(whole.Length > 2 * 65_552);
        var target = await Template.EmptyAsync();

        await RefusedAsync(target, file, whole, "not the one", "another passphrase");
        await RefusedAsync(target, file, [.. whole[..^1], (byte)(whole[^1] ^ 1)], "damaged");
        await RefusedAsync(target, file, [.. whole[..80], (byte)(whole[80] ^ 1), .. whole[81..]], "damaged");
        await RefusedAsync(target, file, whole[..^1], "damaged");
        await RefusedAsync(target, file, whole[..(69 + 65_552)], "damaged"); // at the end of a chunk
        await RefusedAsync(target, file, [.. whole, 0], "damaged");
        await RefusedAsync(target, file, whole[..30], "no backup");
        await RefusedAsync(target, file, [.. Enumerable.Repeat((byte)'x', 100)], "no backup");

        await using var empty = AuthServer.StartOn(target);
        Assert.Equal(0, await empty.LookAsync(db => db.Users.CountAsync()));
    }

    private static async Task RefusedAsync(
        Store target, string file, byte[] content, string words, string passphrase = Operator.Passphrase)
    {
        await File.WriteAllBytesAsync(file, content);

        var (code, said, complained) = await Operator.RunSealedAsync(target, ["restore", file], passphrase);

        Assert.Equal((1, ""), (code, said));
        Assert.Contains(words, complained, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(target.Folder, "agentauth.db*"));
    }

    /// <summary>Two rows at a time in two tables, until told to stop.</summary>
    private static async Task WritePairsAsync(AuthServer server, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var name = $"pair {i}";
            await server.ChangeAsync(db =>
            {
                db.Add(new AuditEntry { Actor = "test", Act = "test.pair", Target = name, At = server.Clock.GetUtcNow() });
                db.Add(new Revocation { Value = name, ForgetAt = server.Clock.GetUtcNow() + TimeSpan.FromDays(1) });
                return Task.CompletedTask;
            });
        }
    }
}
