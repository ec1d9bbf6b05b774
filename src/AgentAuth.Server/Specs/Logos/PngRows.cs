namespace AgentAuth.Server.Specs.Logos;

/// <summary>How the rows of one PNG are written down.</summary>
internal sealed record PngRows(int Width, int Height, int Depth, int Colour)
{
    private const int Grey = 0;
    private const int Rgb = 2;
    private const int Indexed = 3;
    private const int GreyWithCover = 4;
    private const int RgbWithCover = 6;

    public byte[] Palette { get; init; } = [];

    /// <summary>It comes coarse first: seven times, each time with more of its points.</summary>
    public bool IsInterlaced { get; init; }

    /// <summary>How much each colour of the palette covers.</summary>
    public byte[] Covers { get; init; } = [];

    public bool IsKnown => Colour switch
    {
        Grey => Depth is 1 or 2 or 4 or 8 or 16,
        Indexed => Depth is 1 or 2 or 4 or 8,
        Rgb or GreyWithCover or RgbWithCover => Depth is 8 or 16,
        _ => false,
    };

    public int RowLength => ((Width * Samples * Depth) + 7) / 8;

    private int Samples => Colour switch { Rgb => 3, GreyWithCover => 2, RgbWithCover => 4, _ => 1 };

    /// <summary>Bytes from a point to the one before it, as filters count.</summary>
    private int Step => Math.Max(1, Samples * Depth / 8);

    /// <summary>In place; false when there is no such filter.</summary>
    public bool Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above)
    {
        if (filter > 4)
        {
            return false;
        }
        var step = Step;
        for (var i = 0; filter != 0 && i < row.Length; i++)
        {
            var (left, corner) = i >= step ? (row[i - step], above[i - step]) : ((byte)0, (byte)0);
            row[i] += filter switch
            {
                1 => left,
                2 => above[i],
                3 => (byte)((left + above[i]) / 2),
                _ => Paeth(left, above[i], corner),
            };
        }
        return true;
    }

    /// <summary>What a point says becomes what it shows; a colour the palette lacks shows nothing.</summary>
    public void Paint(ReadOnlySpan<byte> row, Span<byte> points)
    {
        var (samples, bytes) = (Samples, Depth / 8); // of two bytes the first is enough
        for (var x = 0; x < Width; x++)
        {
            var point = points.Slice(x * Picture.Channels, Picture.Channels);
            if (Colour == Indexed)
            {
                PaintOfPalette(bytes == 1 ? row[x] : Bits(row, x), point);
                continue;
            }
            var at = x * samples * bytes;
            var first = bytes > 0 ? row[at] : (byte)(Bits(row, x) * byte.MaxValue / ((1 << Depth) - 1));
            point[0] = first;
            point[1] = samples < 3 ? first : row[at + bytes];
            point[2] = samples < 3 ? first : row[at + (2 * bytes)];
            point[3] = samples is 2 or 4 ? row[at + ((samples - 1) * bytes)] : byte.MaxValue;
        }
    }

    private void PaintOfPalette(byte colour, Span<byte> point)
    {
        var isThere = (colour * 3) + 2 < Palette.Length;
        (isThere ? Palette.AsSpan(colour * 3, 3) : [0, 0, 0]).CopyTo(point);
        point[3] = !isThere ? (byte)0 : colour < Covers.Length ? Covers[colour] : byte.MaxValue;
    }

    /// <summary>One sample of a few bits, and there is one for a point.</summary>
    private byte Bits(ReadOnlySpan<byte> row, int index)
    {
        var bit = index * Depth;
        return (byte)((row[bit / 8] >> (8 - Depth - (bit % 8))) & ((1 << Depth) - 1));
    }

    private static byte Paeth(byte left, byte above, byte corner)
    {
        var guess = left + above - corner;
        var (toLeft, toAbove, toCorner) = (Math.Abs(guess - left), Math.Abs(guess - above), Math.Abs(guess - corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
