using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AgentAuth.Benchmarks.Statements;

/// <summary>
/// Writes down every statement that SQLite runs in this process, whoever opened the connection: EF Core tells only of its own.
/// </summary>
internal static unsafe partial class SqliteTrace
{
    /// <summary>SQLITE_TRACE_STMT: as a statement begins to run.</summary>
    private const uint AsItBegins = 1;

    private static readonly Lock Gate = new();
    private static StreamWriter? _file;

    public static void Start(string file)
    {
        SQLitePCL.Batteries_V2.Init();
        _file = new StreamWriter(file) { AutoFlush = true };
        if (AutoExtension(&Opened) != 0)
        {
            throw new UnfitException("SQLite does not say what is asked of it.");
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Opened(nint connection, nint error, nint routines) => Trace(connection, AsItBegins, &Ran, 0);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Ran(uint what, nint context, nint statement, nint text)
    {
        var sql = Marshal.PtrToStringUTF8(text)?.ReplaceLineEndings(" ").Trim();
        // A trigger's statements are told as comments.
        if (!string.IsNullOrEmpty(sql) && !sql.StartsWith("--", StringComparison.Ordinal))
        {
            lock (Gate)
            {
                _file!.WriteLine(sql);
            }
        }
        return 0;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_auto_extension")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AutoExtension(delegate* unmanaged[Cdecl]<nint, nint, nint, int> entry);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_trace_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trace(
        nint connection, uint mask, delegate* unmanaged[Cdecl]<uint, nint, nint, nint, int> callback, nint context);
}
