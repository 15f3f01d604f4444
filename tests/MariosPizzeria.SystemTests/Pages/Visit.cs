using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>One person at a browser. What the browser complained about is kept, and asked for at the end.</summary>
public sealed class Visit : IAsyncDisposable
{
    // Put into a page once, and kept until the next is loaded.
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    // What is right is not asked for: to describe every element of it takes as long as to look.
    private const string FindViolations = """
        axe
          .run({
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            resultTypes: ['violations'],
          })
          .then(({ violations }) => violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`))
        """;

    // More than any page has.
    private const int MostTabs = 250;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = [];

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
        };
    }

    /// <summary>The page that is open.</summary>
    public IPage Page { get; }

    /// <summary>Goes to one of our addresses.</summary>
    /// <returns>The answer's status.</returns>
    public async Task<int> Go(string path) => (await Page.GotoAsync(path)).ShouldNotBeNull().Status;

    /// <summary>Signs in, as the form does, without its page.</summary>
    public async Task SignIn(string username, string password = "test")
    {
        var answer = await _context.APIRequest.PostAsync("/api/auth/login", new() { DataObject = new { username, password } });
        answer.Status.ShouldBe(200, await answer.TextAsync());
    }

    /// <summary>Becomes a new customer, who is signed in then.</summary>
    public async Task SignUp(string username)
    {
        await Go("/signup");
        await Page.Locator("input[name=username]").FillAsync(username);
        await Page.Locator("input[name=password]").FillAsync("a long enough password");
        await Page.Locator("input[name=name]").FillAsync("Marta");
        await Page.Locator("main button").ClickAsync();
        await Page.WaitForURLAsync(address => !address.Contains("/signup", StringComparison.Ordinal));
    }

    /// <summary>Waits until something stands on the page, without loading it again.</summary>
    public async Task Sees(string selector, string text) =>
        await Assertions.Expect(Page.Locator(selector).First).ToContainTextAsync(text, new() { Timeout = 10_000 });

    /// <summary>Goes on with the Tab key to an element, as somebody without a mouse does, and sees that it has the focus.</summary>
    public async Task TabTo(string selector)
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

    /// <summary>Goes on to an element with the Tab key and presses Enter there.</summary>
    public async Task Press(string selector)
    {
        await TabTo(selector);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Goes on to a field with the Tab key and types into it.</summary>
    public async Task Type(string selector, string text)
    {
        await TabTo(selector);
        await Page.Keyboard.PressAsync("Control+A");
        await Page.Keyboard.TypeAsync(text);
    }

    /// <summary>Accessible on a phone in the light, and on a large screen in the dark.</summary>
    public async Task ShouldBeAccessibleEverywhere()
    {
        foreach (var (width, scheme) in new[] { (360, ColorScheme.Light), (1920, ColorScheme.Dark) })
        {
            await Page.SetViewportSizeAsync(width, 900);
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await ShouldBeAccessible();
        }
    }

    /// <summary>Axe finds nothing on the open page, and it does not scroll sideways.</summary>
    public async Task ShouldBeAccessible()
    {
        if (await Page.EvaluateAsync<bool>("typeof axe === 'undefined'"))
        {
            await Page.EvaluateAsync(Axe);
        }

        var violations = await Page.EvaluateAsync<string[]>(FindViolations);
        violations.ShouldBeEmpty($"{Page.Url}: {string.Join('\n', violations)}");
        await ShouldNotScrollSideways();
    }

    /// <summary>The open page does not scroll sideways in a window of a width.</summary>
    public async Task ShouldFit(int width)
    {
        await Page.SetViewportSizeAsync(width, 900);
        await ShouldNotScrollSideways();
    }

    private async Task ShouldNotScrollSideways() =>
        (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBe(
            0,
            $"{Page.Url} is wider than the window"
        );

    /// <summary>Neither an error nor a warning was in the console, and no other site was asked for anything.</summary>
    public void ShouldBeWithoutComplaint() => _complaints.ShouldBeEmpty();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
