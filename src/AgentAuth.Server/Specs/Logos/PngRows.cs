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
        for (var i = 0; i < row.Length; i++)
        {
            var left = i >= Step ? row[i - Step] : (byte)0;
            var corner = i >= Step ? above[i - Step] : (byte)0;
            row[i] += filter switch
            {
                1 => left,
                2 => above[i],
                3 => (byte)((left + above[i]) / 2),
                4 => Paeth(left, above[i], corner),
                _ => 0,
            };
        }
        return true;
    }

    /// <summary>What a point says becomes what it shows; a colour the palette lacks shows nothing.</summary>
    public void Paint(ReadOnlySpan<byte> row, Span<byte> points)
    {
        for (var x = 0; x < Width; x++)
        {
            var point = points.Slice(x * Picture.Channels, Picture.Channels);
            var first = Sample(row, x * Samples);
            if (Colour == Indexed)
            {
                var isThere = (first * 3) + 2 < Palette.Length;
                (isThere ? Palette.AsSpan(first * 3, 3) : [0, 0, 0]).CopyTo(point);
                point[3] = !isThere ? (byte)0 : first < Covers.Length ? Covers[first] : byte.MaxValue;
                continue;
            }
            var isColour = Colour is Rgb or RgbWithCover;
            var grey = Depth < 8 ? (byte)(first * 255 / ((1 << Depth) - 1)) : first;
            point[0] = grey;
            point[1] = isColour ? Sample(row, (x * Samples) + 1) : grey;
            point[2] = isColour ? Sample(row, (x * Samples) + 2) : grey;
            point[3] = Colour is GreyWithCover or RgbWithCover ? Sample(row, (x * Samples) + Samples - 1) : byte.MaxValue;
        }
    }

    /// <summary>Of two bytes the first is enough.</summary>
    private byte Sample(ReadOnlySpan<byte> row, int index)
    {
        if (Depth >= 8)
        {
            return row[index * Depth / 8];
        }
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
