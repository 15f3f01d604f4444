using MariosPizzeria.SystemTests;
using Microsoft.Playwright;

namespace MariosPizzeria.BrowserTests;

/// <summary>A browser before a running pizzeria with two gateways. Started once for all browser tests.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The pizzeria.</summary>
    public PizzeriaSystem System { get; } = new() { Scale = "gateway=2" };

    public async Task InitializeAsync()
    {
        await System.InitializeAsync();
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
        await System.DisposeAsync();
    }

    /// <summary>Somebody at a browser of their own: no cookie of anybody else's.</summary>
    /// <param name="username">Signed in as this account; null for nobody.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    /// <param name="scheme">Light or dark.</param>
    /// <param name="language">What the browser asks pages for.</param>
    /// <param name="scripts">Whether the browser runs scripts.</param>
    public async Task<Visit> Visit(
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
                BaseURL = System.Address.AbsoluteUri,
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

/// <summary>All browser tests share one system and one browser.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}
