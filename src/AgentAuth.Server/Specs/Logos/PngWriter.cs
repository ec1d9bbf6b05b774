using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace AgentAuth.Server.Specs.Logos;

/// <summary>A picture as PNG, with nothing in it but its points.</summary>
internal static class PngWriter
{
    private const byte EightBits = 8;
    private const byte ColourWithCover = 6;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    public static byte[] Write(Picture picture)
    {
        using var png = new MemoryStream();
        png.Write(PngReader.Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        (header[8], header[9]) = (EightBits, ColourWithCover);
        Chunk(png, "IHDR", header);
        Chunk(png, "IDAT", Pressed(picture));
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    private static byte[] Pressed(Picture picture)
    {
        using var pressed = new MemoryStream();
        using (var zlib = new ZLibStream(pressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var width = picture.Width * Picture.Channels;
            for (var y = 0; y < picture.Height; y++)
            {
                zlib.WriteByte(0); // no filter
                zlib.Write(picture.Points, y * width, width);
            }
        }
        return pressed.ToArray();
    }

    private static void Chunk(MemoryStream png, string type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~named.Aggregate(~0u, (crc, b) => CrcTable[(crc ^ b) & 0xFF] ^ (crc >> 8)));
        png.Write(number);
    }

    private static uint CrcOf(int start)
    {
        var crc = (uint)start;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320u ^ (crc >> 1);
        }
        return crc;
    }
}
