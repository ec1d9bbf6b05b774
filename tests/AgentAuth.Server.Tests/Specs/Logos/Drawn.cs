using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using BitMiracle.LibJpeg.Classic;

namespace AgentAuth.Server.Tests.Specs.Logos;

/// <summary>Pictures as strangers send them, byte by byte.</summary>
internal static class Drawn
{
    public static byte[] Png(
        int width, int height, byte depth = 8, byte colour = 6, byte interlace = 0, byte[]? rows = null, byte[]? palette = null,
        (string Type, byte[] Data)? extra = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colour, interlace);
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(png, "IHDR", header);
        if (palette is not null)
        {
            Chunk(png, "PLTE", palette);
        }
        if (extra is { } other)
        {
            Chunk(png, other.Type, other.Data);
        }
        Chunk(png, "IDAT", Pressed(rows ?? new byte[height * ((width * 4) + 1)]));
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    /// <summary>Of one colour.</summary>
    public static byte[] Jpeg(int width, int height, byte red, byte green, byte blue)
    {
        using var stream = new MemoryStream();
        var jpeg = new jpeg_compress_struct(new jpeg_error_mgr());
        jpeg.jpeg_stdio_dest(stream);
        (jpeg.Image_width, jpeg.Image_height, jpeg.Input_components, jpeg.In_color_space) = (width, height, 3, J_COLOR_SPACE.JCS_RGB);
        jpeg.jpeg_set_defaults();
        jpeg.jpeg_start_compress(write_all_tables: true);
        byte[][] row = [[.. Enumerable.Repeat<byte[]>([red, green, blue], width).SelectMany(p => p)]];
        for (var y = 0; y < height; y++)
        {
            jpeg.jpeg_write_scanlines(row, 1);
        }
        jpeg.jpeg_finish_compress();
        return stream.ToArray();
    }

    public static byte[] Pressed(byte[] rows)
    {
        using var pressed = new MemoryStream();
        using (var zlib = new ZLibStream(pressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }
        return pressed.ToArray();
    }

    private static void Chunk(MemoryStream png, string type, byte[] data)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(Encoding.ASCII.GetBytes(type));
        png.Write(data);
        png.Write(new byte[4]); // readers need not look at the checksum
    }
}
