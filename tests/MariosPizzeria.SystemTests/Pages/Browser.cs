using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A browser that is started once for all tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout((float)Eventually.Deadline.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Executable(),

                // Chromium refuses to run its sandbox as root, and containers and build machines run tests as root.
                // An emulated graphics processor costs more than none.
                Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-extensions"],
            }
        );
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a browser context with its own cookies.</summary>
    /// <param name="system">The pizzeria that it visits.</param>
    /// <param name="username">The account to sign in with; null for none.</param>
    /// <param name="width">The width of the window, in CSS pixels.</param>
    /// <param name="scheme">The colour scheme, light or dark.</param>
    /// <param name="language">The preferred language of the browser.</param>
    /// <param name="scripts">Whether the browser runs scripts.</param>
    public async Task<Visit> VisitAsync(
        PizzeriaSystem system,
        string? username = null,
        int width = 1280,
        ColorScheme scheme = ColorScheme.Light,
        string language = "en-US",
        bool scripts = true
    )
    {
        var context = await _browser!.NewContextAsync(
            new()
            {
                BaseURL = system.Address.AbsoluteUri,
                ColorScheme = scheme,
                JavaScriptEnabled = scripts,
                Locale = language,
                ReducedMotion = ReducedMotion.Reduce,
                TimezoneId = "Europe/Rome",
                ViewportSize = new() { Width = width, Height = 900 },
            }
        );
        context.SetDefaultTimeout((float)Eventually.Deadline.TotalMilliseconds);
        var visit = new Visit(context, await context.NewPageAsync());
        if (username is not null)
        {
            await visit.SignInAsync(username);
        }

        return visit;
    }

    // The headless build comes first, because it renders a page in half the time.
    private static string Executable() =>
        new[] { "chromium-headless-shell", "chromium", "google-chrome" }
            .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("There is no Chromium here; ./pizzeria test installs it.");
}
