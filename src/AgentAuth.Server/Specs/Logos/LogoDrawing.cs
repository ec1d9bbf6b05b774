namespace AgentAuth.Server.Specs.Logos;

/// <summary>A stranger's picture drawn anew: of what was sent, only how its points look comes out.</summary>
internal static class LogoDrawing
{
    /// <summary>Of a side; pages show it at less than half of that.</summary>
    public const int Side = 128;

    /// <summary>128 by 128 points of four bytes, and what PNG adds at worst.</summary>
    public const int MaxBytes = 100 * 1024;

    public static (byte[]? Png, string? Problem) Draw(byte[] bytes)
    {
        // By what it is, not by what it is said to be.
        var (picture, problem) = PngReader.IsOne(bytes) ? PngReader.Read(bytes)
            : JpegReader.IsOne(bytes) ? JpegReader.Read(bytes)
            : (null, "It is neither a PNG nor a JPEG.");
        if (picture is null)
        {
            return (null, problem);
        }
        var png = PngWriter.Write(picture.Within(Side));
        return png.Length <= MaxBytes ? (png, null) : (null, "Drawn anew it is still too large.");
    }
}
