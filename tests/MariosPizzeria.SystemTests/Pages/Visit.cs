using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>One user's browser page. It records the browser's complaints, for a check at the end.</summary>
public sealed class Visit : IAsyncDisposable
{
    // Injected into a page once, and present until the next page is loaded.
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // Passed rules are not requested: describing each of their elements takes as long as the check.
    private const string FindViolations = """
        axe
          .run({
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            resultTypes: ['violations'],
          })
          .then(({ violations }) => violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`))
        """;

    /// <summary>The address of an order's page, as a regular expression.</summary>
    public const string OrderPage = "/orders/[0-9a-f]+$";

    /// <summary>The address of a guest's tracker, as a regular expression.</summary>
    public const string Tracker = @"/track/[0-9a-f]{32}\.[A-Za-z0-9_-]+$";

    // More tab stops than any page has.
    private const int MostTabs = 250;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly ConcurrentDictionary<IRequest, byte> _pendingRequests = [];

    internal Visit(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue($"{page.Url}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue($"{page.Url}: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal) && new Uri(request.Url).Host != "127.0.0.1")
            {
                _complaints.Enqueue($"{page.Url} asks another site: {request.Url}");
            }

            _pendingRequests.TryAdd(request, 0);
        };
        page.RequestFinished += (_, request) => _pendingRequests.TryRemove(request, out var _);
        page.RequestFailed += (_, request) => _pendingRequests.TryRemove(request, out var _);
    }

    /// <summary>The open page.</summary>
    public IPage Page { get; }

    /// <summary>Opens a page of the pizzeria.</summary>
    /// <returns>The response status.</returns>
    public async Task<int> GoAsync(string path) => (await Page.GotoAsync(path)).ShouldNotBeNull().Status;

    /// <summary>Signs in with the form's request, without its page.</summary>
    public async Task SignInAsync(string username, string password = "test")
    {
        var answer = await _context.APIRequest.PostAsync("/api/auth/login", new() { DataObject = new { username, password } });
        answer.Status.ShouldBe(200, await answer.TextAsync());
    }

    /// <summary>Registers a new customer, who is then signed in.</summary>
    public async Task SignUpAsync(string username)
    {
        await GoAsync("/signup");
        await Page.Locator("input[name=username]").FillAsync(username);
        await Page.Locator("input[name=password]").FillAsync("a long enough password");
        await Page.Locator("input[name=name]").FillAsync("Marta");
        await Page.Locator("main button").ClickAsync();
        await ArriveAsync("^((?!/signup).)*$");
    }

    /// <summary>Waits until a text is on the page, without a reload.</summary>
    public async Task SeesAsync(string selector, string text) =>
        await Assertions.Expect(Page.Locator(selector).First).ToContainTextAsync(text);

    /// <summary>Moves the focus to an element with the Tab key, and checks that the focus is visible.</summary>
    public async Task TabToAsync(string selector)
    {
        for (var pressed = 0; pressed < MostTabs; pressed++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                (await Page.EvaluateAsync<bool>("document.activeElement.matches(':focus-visible')")).ShouldBeTrue(
                    $"{selector} does not show that it has the focus"
                );
                return;
            }
        }

        throw new ShouldAssertException($"{Page.Url}: the Tab key does not lead to {selector}");
    }

    /// <summary>Moves the focus to an element with the Tab key and presses Enter.</summary>
    public async Task PressAsync(string selector)
    {
        await TabToAsync(selector);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Moves the focus to a link or a button with the Tab key, presses Enter, and waits for the page that it leads to.</summary>
    public async Task FollowAsync(string selector, [StringSyntax(StringSyntaxAttribute.Regex)] string path)
    {
        await PressAsync(selector);
        await ArriveAsync(path);
    }

    /// <summary>Waits until a requested page has loaded completely.</summary>
    /// <param name="address">A regular expression for the page's address.</param>
    /// <exception cref="ShouldAssertException">It does not load; the message names the current page and the pending requests.</exception>
    public Task ArriveAsync([StringSyntax(StringSyntaxAttribute.Regex)] string address) =>
        // Polled, because Playwright's own wait misses a navigation that ends while the wait begins.
        Eventually.GivesAsync(
            ReadStateAsync,
            state => state.IsComplete && Regex.IsMatch(state.Address, address, RegexOptions.None, Timeout.InfiniteTimeSpan),
            $"the browser is at {address}"
        );

    private async Task<PageState> ReadStateAsync()
    {
        var pending = string.Join(", ", _pendingRequests.Keys.Select(request => $"{request.Method} {request.Url}"));
        try
        {
            var state = await Page.EvaluateAsync<string[]>(
                "[location.href, document.readyState, document.activeElement?.outerHTML.slice(0, 200) ?? '']"
            );
            return new(state[0], state[1] == "complete", state[2], pending);
        }
        catch (PlaywrightException)
        {
            // The browser is between two pages.
            return new(Page.Url, IsComplete: false, Focus: "", pending);
        }
    }

    /// <summary>Moves the focus to a field with the Tab key and types into it.</summary>
    public async Task TypeAsync(string selector, string text)
    {
        await TabToAsync(selector);
        await Page.Keyboard.PressAsync("Control+A");
        await Page.Keyboard.TypeAsync(text);
    }

    /// <summary>Checks accessibility on a phone in light mode, and on a large screen in dark mode.</summary>
    public async Task ShouldBeAccessibleEverywhereAsync()
    {
        foreach (var (width, scheme) in new[] { (360, ColorScheme.Light), (1920, ColorScheme.Dark) })
        {
            await Page.SetViewportSizeAsync(width, 900);
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await ShouldBeAccessibleAsync();
        }
    }

    /// <summary>Checks that axe finds no violation on the open page, and that the page does not scroll sideways.</summary>
    public async Task ShouldBeAccessibleAsync()
    {
        if (await Page.EvaluateAsync<bool>("typeof axe === 'undefined'"))
        {
            await Page.EvaluateAsync(Axe);
        }

        var violations = await Page.EvaluateAsync<string[]>(FindViolations);
        violations.ShouldBeEmpty($"{Page.Url}: {string.Join('\n', violations)}");
        await ShouldNotScrollSidewaysAsync();
    }

    /// <summary>Checks that the open page does not scroll sideways in a window of this width.</summary>
    public async Task ShouldFitAsync(int width)
    {
        await Page.SetViewportSizeAsync(width, 900);
        await ShouldNotScrollSidewaysAsync();
    }

    private async Task ShouldNotScrollSidewaysAsync() =>
        (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBe(
            0,
            $"{Page.Url} is wider than the window"
        );

    /// <summary>Checks that the console has no errors or warnings, and that no request went to another site.</summary>
    public void ShouldBeWithoutComplaint() => _complaints.ShouldBeEmpty();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private sealed record PageState(string Address, bool IsComplete, string Focus, string PendingRequests);
}
