using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A browser, started once for all tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Executable(),

                // Chromium refuses its sandbox to root, as whom containers and build machines run tests.
                // A drawing processor that is only played costs more than none.
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

    /// <summary>Somebody at a browser of their own: no cookie of anybody else's.</summary>
    /// <param name="system">The pizzeria that they visit.</param>
    /// <param name="username">Signed in as this account; null for nobody.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    /// <param name="scheme">Light or dark.</param>
    /// <param name="language">What the browser asks pages for.</param>
    /// <param name="scripts">Whether the browser runs scripts.</param>
    public async Task<Visit> Visit(
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
        context.SetDefaultTimeout(10_000);
        var visit = new Visit(context, await context.NewPageAsync());
        if (username is not null)
        {
            await visit.SignIn(username);
        }

        return visit;
    }

    // Debian's and others' names for it.
    private static string Executable() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .SelectMany(folder => new[] { "chromium", "google-chrome" }.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("There is no Chromium here; ./pizzeria test installs it.");
}
