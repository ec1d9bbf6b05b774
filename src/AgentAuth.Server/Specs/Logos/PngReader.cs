using System.Buffers.Binary;
using System.IO.Compression;

namespace AgentAuth.Server.Specs.Logos;

/// <summary>
/// Reads PNG (W3C, third edition) from a stranger: every length is held against what is there, the size against its limit before a point
/// is read, and no more is unpacked than the size calls for. All that is not the picture itself is passed over.
/// </summary>
internal static class PngReader
{
    private const int HeaderLength = 13;
    private const int Frame = 12; // length, type and checksum of a chunk

    /// <summary>Of a picture that comes coarse first, the seven small ones that make it up (§8.1): where each begins, its steps.</summary>
    private static readonly (int X, int Y, int Across, int Down)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int X, int Y, int Across, int Down)[] Whole = [(0, 0, 1, 1)];

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    public static (Picture? Picture, string? Problem) Read(byte[] bytes)
    {
        using var packed = new MemoryStream();
        var (rows, palette, covers) = ((PngRows?)null, Array.Empty<byte>(), Array.Empty<byte>());
        for (var at = Signature.Length; at + Frame <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - Frame)
            {
                break;
            }
            var type = bytes.AsSpan(at + 4, 4);
            var data = bytes.AsSpan(at + 8, (int)length);
            if (rows is null)
            {
                if (!type.SequenceEqual("IHDR"u8) || data.Length != HeaderLength)
                {
                    return (null, "The PNG does not begin with its header.");
                }
                (rows, var problem) = Header(data);
                if (rows is null)
                {
                    return (null, problem);
                }
            }
            else if (type.SequenceEqual("PLTE"u8))
            {
                palette = data.ToArray();
            }
            else if (type.SequenceEqual("tRNS"u8))
            {
                covers = data.ToArray();
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                packed.Write(data);
            }
            at += Frame + data.Length;
        }
        packed.Position = 0;
        return rows is null ? (null, "The PNG has no header.") : Points(rows with { Palette = palette, Covers = covers }, packed);
    }

    private static (PngRows? Rows, string? Problem) Header(ReadOnlySpan<byte> header)
    {
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]));
        if (!Picture.IsSize(width, height))
        {
            return (null, $"The picture is larger than {Picture.MaxSide} by {Picture.MaxSide} points, or empty.");
        }
        var rows = new PngRows(width, height, header[8], header[9]) { IsInterlaced = header[12] == 1 };
        return rows.IsKnown && header[10] == 0 && header[11] == 0 && header[12] <= 1
            ? (rows, null)
            : (null, "The PNG is of a kind that is not in the standard.");
    }

    private static (Picture? Picture, string? Problem) Points(PngRows rows, MemoryStream packed)
    {
        var picture = new Picture(rows.Width, rows.Height, new byte[rows.Width * rows.Height * Picture.Channels]);
        try
        {
            using var plain = new ZLibStream(packed, CompressionMode.Decompress);
            return Array.TrueForAll(rows.IsInterlaced ? Passes : Whole, pass => Paint(pass, rows, plain, picture))
                ? (picture, null)
                : (null, "The PNG has a filter that is not in the standard.");
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException) // zlib's own failures are of the second kind
        {
            return (null, "The PNG is broken, or ends too early.");
        }
    }

    /// <summary>False when a row has a filter nobody knows. A pass without a point has no rows.</summary>
    private static bool Paint((int X, int Y, int Across, int Down) pass, PngRows whole, Stream plain, Picture picture)
    {
        var rows = whole with
        {
            Width = (whole.Width - pass.X + pass.Across - 1) / pass.Across,
            Height = (whole.Height - pass.Y + pass.Down - 1) / pass.Down,
        };
        if (rows.Width == 0)
        {
            return true;
        }
        var (before, row, points) = (new byte[rows.RowLength], new byte[rows.RowLength + 1], new byte[rows.Width * Picture.Channels]);
        for (var y = 0; y < rows.Height; y++)
        {
            plain.ReadExactly(row);
            if (!rows.Unfilter(row[0], row.AsSpan(1), before))
            {
                return false;
            }
            rows.Paint(row.AsSpan(1), points);
            for (var x = 0; x < rows.Width; x++)
            {
                var at = ((((y * pass.Down) + pass.Y) * whole.Width) + (x * pass.Across) + pass.X) * Picture.Channels;
                points.AsSpan(x * Picture.Channels, Picture.Channels).CopyTo(picture.Points.AsSpan(at));
            }
            row.AsSpan(1).CopyTo(before);
        }
        return true;
    }
}
