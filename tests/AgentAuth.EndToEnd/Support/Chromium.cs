using Microsoft.Playwright;

namespace AgentAuth.EndToEnd.Support;

/// <summary>The machine's own Chromium, driven by Playwright; started by the first test that wants it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    // As root there is no sandbox; and it is to call nobody but the pages under test.
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A person's fresh browser: no cookies, English, light unless said otherwise.</summary>
    public async Task<IBrowserContext> OpenAsync(Look? look = null, bool withScript = true, string language = "en")
    {
        look ??= Look.Light;
        var browser = await StartedAsync();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = look.Scheme,
            ViewportSize = new ViewportSize { Width = look.Width, Height = 900 },
            Locale = language,
            JavaScriptEnabled = withScript,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(15_000);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private async Task<IBrowser> StartedAsync()
    {
        if (_browser is not null)
        {
            return _browser;
        }

        var program = Machine.FindOnPath("chromium") ?? Machine.FindOnPath("chromium-browser");
        if (program is null)
        {
            Machine.Lacks("Chromium", "install Debian's chromium");
        }

        _playwright = await Playwright.CreateAsync();
        return _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args = Flags,
            Headless = true,
        });
    }
}
