using System.Text;
using AgentAuth.Server.Specs.Logos;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs.Logos;

/// <summary>A stranger's bytes become a small picture of ours, or nothing.</summary>
public sealed class LogoDrawingTests
{
    [Fact]
    [Spec("AA-T082")]
    public void A_large_picture_becomes_a_small_one_and_nothing_else_of_it_stays()
    {
        var rows = Enumerable.Repeat<byte[]>([0, .. Enumerable.Repeat<byte[]>([10, 20, 30, 255], 600).SelectMany(p => p)], 300)
            .SelectMany(r => r).ToArray();
        var (png, problem) = LogoDrawing.Draw(
            [.. Drawn.Png(600, 300, rows: rows, extra: ("tEXt", "<script>alert(1)</script>"u8.ToArray())), .. "<html>"u8]);

        Assert.Null(problem);
        Assert.True(png!.Length <= LogoDrawing.MaxBytes);
        Assert.DoesNotContain("script", Encoding.Latin1.GetString(png), StringComparison.Ordinal);
        Assert.DoesNotContain("html", Encoding.Latin1.GetString(png), StringComparison.Ordinal);
        var small = PngReader.Read(png).Picture!;
        Assert.Equal((128, 64), (small.Width, small.Height));
        Assert.Equal<byte>([10, 20, 30, 255], small.Points[^4..]);
    }

    [Theory]
    [InlineData(1, 0, new byte[] { 0b1000_0000 }, new byte[] { 255, 255, 255, 255, 0, 0, 0, 255 })]
    [InlineData(8, 0, new byte[] { 7, 9 }, new byte[] { 7, 7, 7, 255, 9, 9, 9, 255 })]
    [InlineData(16, 0, new byte[] { 7, 1, 9, 1 }, new byte[] { 7, 7, 7, 255, 9, 9, 9, 255 })]
    [InlineData(8, 2, new byte[] { 1, 2, 3, 4, 5, 6 }, new byte[] { 1, 2, 3, 255, 4, 5, 6, 255 })]
    [InlineData(2, 3, new byte[] { 0b0100_0000 }, new byte[] { 4, 5, 6, 255, 1, 2, 3, 255 })]
    [InlineData(8, 3, new byte[] { 1, 200 }, new byte[] { 4, 5, 6, 255, 0, 0, 0, 0 })]
    [InlineData(8, 4, new byte[] { 7, 8, 9, 10 }, new byte[] { 7, 7, 7, 8, 9, 9, 9, 10 })]
    [InlineData(16, 6, new byte[] { 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0 }, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    public void Every_kind_of_png_is_read(byte depth, byte colour, byte[] row, byte[] points)
    {
        var png = Drawn.Png(2, 1, depth, colour, rows: [0, .. row], palette: colour == 3 ? [1, 2, 3, 4, 5, 6] : null);

        Assert.Equal(points, PngReader.Read(png).Picture!.Points);
    }

    /// <summary>Nine by nine has points in each of the seven passes; one by one and two by one only in some.</summary>
    [Theory]
    [InlineData(9, 9)]
    [InlineData(8, 8)]
    [InlineData(5, 3)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 1)]
    public void An_interlaced_png_is_the_same_picture(int width, int height)
    {
        byte[] points = [.. Enumerable.Range(1, width * height).Select(i => (byte)i)];
        (int X, int Y, int Across, int Down)[] passes =
            [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        var rows = new List<byte>();
        foreach (var (left, top, across, down) in passes.Where(p => p.X < width))
        {
            for (var y = top; y < height; y += down)
            {
                rows.Add(0);
                for (var x = left; x < width; x += across)
                {
                    rows.Add(points[(y * width) + x]);
                }
            }
        }

        var (picture, problem) = PngReader.Read(Drawn.Png(width, height, colour: 0, interlace: 1, rows: [.. rows]));

        Assert.Null(problem);
        Assert.Equal(points, picture!.Points.Where((_, i) => i % 4 == 0));
    }

    [Theory]
    [InlineData(1, new byte[] { 5, 1, 1, 0, 5, 1, 1, 0 }, new byte[] { 5, 1, 1, 0, 10, 2, 2, 0 })]
    [InlineData(2, new byte[] { 5, 1, 1, 0, 5, 1, 1, 0 }, new byte[] { 15, 11, 11, 10, 15, 11, 11, 10 })]
    [InlineData(3, new byte[] { 5, 1, 1, 0, 5, 1, 1, 0 }, new byte[] { 10, 6, 6, 5, 15, 9, 9, 7 })]
    [InlineData(4, new byte[] { 5, 1, 1, 0, 5, 1, 1, 0 }, new byte[] { 15, 11, 11, 10, 20, 12, 12, 10 })]
    public void Every_filter_is_undone(byte filter, byte[] row, byte[] points)
    {
        byte[] above = filter == 1 ? [0, 0, 0, 0, 0, 0, 0, 0] : [10, 10, 10, 10, 10, 10, 10, 10];

        Assert.Equal(points, PngReader.Read(Drawn.Png(2, 2, rows: [0, .. above, filter, .. row])).Picture!.Points[8..]);
    }

    [Fact]
    public void A_jpeg_is_read_too()
    {
        var (png, problem) = LogoDrawing.Draw(Drawn.Jpeg(300, 100, 200, 100, 50));

        Assert.Null(problem);
        var picture = PngReader.Read(png!).Picture!;
        Assert.Equal((128, 42), (picture.Width, picture.Height));
        Assert.InRange(picture.Points[0], 195, 205);
        Assert.InRange(picture.Points[2], 45, 55);
        Assert.Equal(255, picture.Points[3]);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    [Spec("AA-T082")]
    public void Anything_else_is_nothing(string what, byte[] bytes)
    {
        var (png, problem) = LogoDrawing.Draw(bytes);

        Assert.True(png is null && problem is { Length: > 0 }, what);
    }

    public static TheoryData<string, byte[]> Broken()
    {
        var jpeg = Drawn.Jpeg(64, 64, 1, 2, 3);
        byte[] huge = [.. jpeg];
        var size = huge.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 });
        huge.AsSpan(size + 5, 4).Fill(0xFF);
        byte[] withDictionary = [.. Drawn.Png(4, 4)];
        withDictionary[withDictionary.AsSpan().IndexOf("IDAT"u8) + 5] = 0x20; // with 0x78 before it: FDICT, and a header that is in order
        return new()
        {
            { "nothing", [] },
            { "SVG", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray() },
            { "HTML", "<html>"u8.ToArray() },
            { "GIF", "GIF89a"u8.ToArray() },
            { "20k by 20k", Drawn.Png(20_000, 20_000, rows: [0]) },
            { "2049 wide", Drawn.Png(2049, 1) },
            { "no points", Drawn.Png(0, 1) },
            { "negative", Drawn.Png(-1, -1, rows: [0]) },
            { "interlaced in no known way", Drawn.Png(2, 2, interlace: 2) },
            { "interlaced, and cut in a later pass", Drawn.Png(9, 9, colour: 0, interlace: 1, rows: [0, 1, 0, 1, 0, 2, 0]) },
            { "interlaced, with an odd filter in a later pass", Drawn.Png(2, 2, colour: 0, interlace: 1, rows: [0, 1, 0, 2, 9, 3, 4]) },
            { "odd depth", Drawn.Png(2, 2, depth: 3) },
            { "odd colour", Drawn.Png(2, 2, colour: 5) },
            { "odd filter", Drawn.Png(1, 1, rows: [9, 0, 0, 0, 0]) },
            { "too few points", Drawn.Png(100, 100, rows: [0, 1, 2]) },
            { "a dictionary nobody has", withDictionary },
            { "cut", Drawn.Png(4, 4)[..50] },
            { "only a signature", Drawn.Png(4, 4)[..8] },
            { "a length beyond the end", [.. Drawn.Png(4, 4)[..33], 0x7F, 0xFF, 0xFF, 0xFF, .. "IDAT"u8, 0, 0, 0, 0] },
            { "a JPEG cut short", jpeg[..100] },
            { "a JPEG's first bytes", [0xFF, 0xD8, 0xFF] },
            { "a JPEG of 65535 by 65535", huge },
            { "a JPEG of many scans", [.. jpeg, .. Enumerable.Repeat<byte[]>([0xFF, 0xDA], 40).SelectMany(b => b)] },
        };
    }
}
