using System.Globalization;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>A disk in memory, of so many megabytes, that can be filled to the last byte. Making one needs root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Block = 4096;

    private readonly TemporaryFolder _mount = new();

    private string Filler => Path.Combine(_mount.Path, "filler");

    public static async Task<SmallDisk> OfAsync(int megabytes)
    {
        var disk = new SmallDisk();
        var size = megabytes.ToString(CultureInfo.InvariantCulture);
        await using var mount = ChildProcess.Start("mount", ["-t", "tmpfs", "-o", $"size={size}m,mode=755", "tmpfs", disk._mount.Path]);
        if (await mount.WaitAsync(TimeSpan.FromSeconds(10)) != 0)
        {
            disk._mount.Dispose();
            Machine.Lacks("right to mount a small disk", $"run as root ({mount.LastWords.Trim()})");
        }

        return disk;
    }

    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_mount.Path, name)).FullName;

    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        try
        {
            while (true)
            {
                filler.Write(new byte[Block]);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public Task ReadOnlyAsync() => ChildProcess.RunAsync("mount", "-o", "remount,ro", _mount.Path);

    public void Free() => File.Delete(Filler);

    public void Dispose()
    {
        using (var unmount = System.Diagnostics.Process.Start("umount", ["--lazy", _mount.Path]))
        {
            unmount.WaitForExit();
        }

        _mount.Dispose();
    }
}
