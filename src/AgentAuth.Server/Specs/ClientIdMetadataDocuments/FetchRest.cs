using System.Globalization;
using System.Runtime.InteropServices;

namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

/// <summary>Why a host is not asked now, and for how long.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FetchRest(TimeSpan Wait, bool IsDown)
{
    public int Seconds => Math.Max(1, (int)Math.Ceiling(Wait.TotalSeconds));

    public string Words =>
        (IsDown ? "The host could not be reached a moment ago and is left in peace." : "The host was asked as often as may be in a minute.")
        + string.Create(CultureInfo.InvariantCulture, $" Try again in {Seconds} seconds.");
}
