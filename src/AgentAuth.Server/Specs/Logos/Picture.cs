namespace AgentAuth.Server.Specs.Logos;

/// <summary>Points, four bytes each: red, green, blue, and how much they cover.</summary>
internal sealed record Picture(int Width, int Height, byte[] Points)
{
    /// <summary>Of a side; asked before anything is made ready for what a header promises.</summary>
    public const int MaxSide = 2048;

    public const int Channels = 4;

    public static bool IsSize(int width, int height) => width is > 0 and <= MaxSide && height is > 0 and <= MaxSide;

    /// <summary>Small enough for a page: each new point is the mean of those it stands for, weighed by how much they cover.</summary>
    public Picture Within(int side)
    {
        var longest = Math.Max(Width, Height);
        if (longest <= side)
        {
            return this;
        }
        var (width, height) = (Math.Max(1, Width * side / longest), Math.Max(1, Height * side / longest));
        var small = new Picture(width, height, new byte[width * height * Channels]);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                Mean(x * Width / width, y * Height / height, (x + 1) * Width / width, (y + 1) * Height / height)
                    .CopyTo(small.Points.AsSpan(((y * width) + x) * Channels));
            }
        }
        return small;
    }

    private byte[] Mean(int left, int top, int right, int bottom)
    {
        var (red, green, blue, cover, points) = (0L, 0L, 0L, 0L, 0L);
        for (var y = top; y < Math.Max(bottom, top + 1); y++)
        {
            for (var x = left; x < Math.Max(right, left + 1); x++)
            {
                var at = ((y * Width) + x) * Channels;
                var alpha = Points[at + 3];
                (red, green, blue) = (red + (Points[at] * alpha), green + (Points[at + 1] * alpha), blue + (Points[at + 2] * alpha));
                (cover, points) = (cover + alpha, points + 1);
            }
        }
        return cover == 0 ? [0, 0, 0, 0] : [(byte)(red / cover), (byte)(green / cover), (byte)(blue / cover), (byte)(cover / points)];
    }
}
