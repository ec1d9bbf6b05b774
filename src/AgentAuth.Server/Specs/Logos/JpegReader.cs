using BitMiracle.LibJpeg.Classic;

namespace AgentAuth.Server.Specs.Logos;

/// <summary>Reads JPEG from a stranger by a library that is managed code throughout; the size is asked before a point is read.</summary>
internal static class JpegReader
{
    /// <summary>A progressive picture has about ten; each costs a walk over all of it.</summary>
    private const int MaxScans = 32;

    private static ReadOnlySpan<byte> Mark => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> ScanMark => [0xFF, 0xDA];

    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark);

    public static (Picture? Picture, string? Problem) Read(byte[] bytes)
    {
        if (bytes.AsSpan().Count(ScanMark) > MaxScans)
        {
            return (null, $"The JPEG has more than {MaxScans} scans.");
        }
        try
        {
            using var source = new MemoryStream(bytes);
            var jpeg = new jpeg_decompress_struct(new Strict());
            jpeg.jpeg_stdio_src(source);
            jpeg.jpeg_read_header(require_image: true);
            return Points(jpeg);
        }
        catch (Exception broken) when (IsOfBytes(broken))
        {
            return (null, "The JPEG is broken.");
        }
    }

    private static (Picture? Picture, string? Problem) Points(jpeg_decompress_struct jpeg)
    {
        if (!Picture.IsSize(jpeg.Image_width, jpeg.Image_height))
        {
            return (null, $"The picture is larger than {Picture.MaxSide} by {Picture.MaxSide} points, or empty.");
        }
        if (jpeg.Num_components is not (1 or 3))
        {
            return (null, "The JPEG is neither grey nor in colours of the screen.");
        }
        jpeg.Out_color_space = J_COLOR_SPACE.JCS_RGB;
        jpeg.jpeg_start_decompress();
        var (width, height, samples) = (jpeg.Output_width, jpeg.Output_height, jpeg.Output_components);
        var picture = new Picture(width, height, new byte[width * height * Picture.Channels]);
        byte[][] row = [new byte[width * samples]];
        for (var y = 0; y < height && jpeg.jpeg_read_scanlines(row, 1) == 1; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var point = picture.Points.AsSpan(((y * width) + x) * Picture.Channels, Picture.Channels);
                row[0].AsSpan(x * samples, 3).CopyTo(point);
                point[3] = byte.MaxValue;
            }
        }
        return (picture, null);
    }

    /// <summary>The library has one kind of exception for what is wrong with a file, and bounds of arrays for the rest.</summary>
    private static bool IsOfBytes(Exception failure) => failure is not (OutOfMemoryException or InsufficientExecutionStackException);

    /// <summary>Says nothing to the console; a warning is as bad as an error.</summary>
    private sealed class Strict : jpeg_error_mgr
    {
        public override void error_exit() => throw new InvalidDataException();

        public override void output_message()
        {
        }

        public override void emit_message(int msg_level)
        {
            if (msg_level < 0)
            {
                throw new InvalidDataException();
            }
        }
    }
}
