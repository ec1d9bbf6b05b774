using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.FileProviders;

namespace AgentAuth.Server.Features.Shared;

/// <summary>
/// What pages load beside themselves, all of it from this program: the style sheet, put together from its parts once, and the icon.
/// Each address carries the hash of its content, so browsers may keep it for ever and still get a new one at once.
/// </summary>
internal sealed class Assets
{
    public const string StyleSheet = "/css/site.css";
    public const string Icon = "/favicon.svg";
    public const string ConsentScript = "/js/consent.js";
    public const string SettleScript = "/js/settle.js";

    private static readonly string[] Foundation = ["css/layers.css", "css/tokens.css", "theme/theme.css", "css/base.css"];

    private readonly Dictionary<string, Asset> _assets;

    public Assets()
    {
        var files = new ManifestEmbeddedFileProvider(typeof(Assets).Assembly, "wwwroot");
        _assets = new(StringComparer.Ordinal)
        {
            [StyleSheet] = Asset.Of("text/css; charset=utf-8", StyleSheetOf(files)),
            [ConsentScript] = ScriptOf(files, ConsentScript),
            [SettleScript] = ScriptOf(files, SettleScript),
            [Icon] = Asset.Of("image/svg+xml", Text(files.GetFileInfo(Icon))),
        };
    }

    /// <summary>The address to write into a page.</summary>
    public string At(string path) => $"{path}?v={_assets[path].Hash}";

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, asset) in _assets)
        {
            routes.MapMethods(path, ["GET", "HEAD"], asset.WriteAsync).AllowAnonymous();
        }
    }

    /// <summary>One request instead of fifteen; the order is the order of the layers, the theme after the tokens it assigns.</summary>
    private static string StyleSheetOf(ManifestEmbeddedFileProvider files)
    {
        var parts = Foundation
            .Select(files.GetFileInfo)
            .Concat(files.GetDirectoryContents("css/components").OrderBy(f => f.Name, StringComparer.Ordinal))
            .Append(files.GetFileInfo("css/utilities.css"));
        return string.Concat(parts.Select(Text));
    }

    private static Asset ScriptOf(ManifestEmbeddedFileProvider files, string path) =>
        Asset.Of("text/javascript; charset=utf-8", Text(files.GetFileInfo(path)));

    private static string Text(IFileInfo file)
    {
        using var reader = new StreamReader(file.CreateReadStream(), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private sealed record Asset(string ContentType, byte[] Content, string Hash)
    {
        public static Asset Of(string contentType, string text)
        {
            var content = Encoding.UTF8.GetBytes(text);
            return new(contentType, content, Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
        }

        public async Task WriteAsync(HttpContext context)
        {
            var isThisOne = context.Request.Query["v"] == Hash;
            context.Response.ContentType = ContentType;
            context.Response.ContentLength = Content.Length;
            context.Response.Headers.CacheControl = isThisOne ? "public, max-age=31536000, immutable" : "public, no-cache";
            if (HttpMethods.IsGet(context.Request.Method))
            {
                await context.Response.Body.WriteAsync(Content, context.RequestAborted);
            }
        }
    }
}
