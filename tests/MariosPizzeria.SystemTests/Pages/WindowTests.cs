using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>Several windows of one browser, which share its few connections.</summary>
[Collection(SystemCollection.Name)]
public sealed class WindowTests(PizzeriaSystem system, Browser browser)
{
    private const int MostStreams = 4;

    // Tells how many streams a window has open.
    private const string CountStreams = """
        window.streams = [];
        const Source = EventSource;
        window.EventSource = class extends Source {
          constructor(address) {
            super(address);
            window.streams.push(this);
          }
        };
        """;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("customer", "/orders/{0}", "#tracking", "in the oven")]
    [InlineData("manager", "/kitchen", "#cooking [data-ticket='{0}']", "Margherita")]
    public async Task Seven_windows_all_load_and_all_follow(string username, string path, string selector, string told)
    {
        using var guest = await Guest.SignIn(system, "customer");
        using var chef = await Guest.SignIn(system, "chef");
        var id = (await guest.MustPlace(Guest.AnOrder())).GetProperty("id").GetString()!;
        await using var visit = await browser.Visit(system, username);
        await visit.Page.Context.AddInitScriptAsync(CountStreams);
        var pages = new List<IPage>();
        for (var window = 0; window < 7; window++)
        {
            var page = await visit.Page.Context.NewPageAsync();
            await page.GotoAsync(path.Replace("{0}", id, StringComparison.Ordinal));
            pages.Add(page);
        }

        await chef.UntilStarted(id, Soon);

        foreach (var page in pages)
        {
            await Assertions
                .Expect(page.Locator(selector.Replace("{0}", id, StringComparison.Ordinal)))
                .ToContainTextAsync(told, new() { Timeout = 20_000 });
        }

        var streams = await Task.WhenAll(pages.Select(OpenStreams));
        streams.Sum().ShouldBeInRange(1, MostStreams);
        await chef.MustPost($"/api/kitchen/tickets/{id}/ready");
    }

    [Fact]
    public async Task A_window_that_is_closed_makes_room_for_the_stream_of_another()
    {
        using var guest = await Guest.SignIn(system, "customer");
        var id = (await guest.MustPlace(Guest.AnOrder())).GetProperty("id").GetString()!;
        await using var visit = await browser.Visit(system, "customer");
        await visit.Page.Context.AddInitScriptAsync(CountStreams);
        var pages = new List<IPage>();
        for (var window = 0; window <= MostStreams; window++)
        {
            var page = await visit.Page.Context.NewPageAsync();
            await page.GotoAsync($"/orders/{id}");
            pages.Add(page);
        }

        await Eventually.Holds(
            async () => (await Task.WhenAll(pages.Take(MostStreams).Select(OpenStreams))).Sum() == MostStreams,
            Soon,
            "the first windows have their streams"
        );
        (await OpenStreams(pages[^1])).ShouldBe(0);
        await pages[0].CloseAsync();

        await Eventually.Holds(async () => await OpenStreams(pages[^1]) == 1, TimeSpan.FromSeconds(20), "the last window has a stream");
        await guest.MustPost($"/api/orders/{id}/cancel", new { reason = "a test" });
    }

    [Fact]
    public async Task A_hidden_window_has_no_stream_and_is_up_to_date_once_it_is_shown()
    {
        using var guest = await Guest.SignIn(system, "customer");
        using var chef = await Guest.SignIn(system, "chef");
        var id = (await guest.MustPlace(Guest.AnOrder())).GetProperty("id").GetString()!;
        await using var visit = await browser.Visit(system, "customer");
        await visit.Page.AddInitScriptAsync(CountStreams);
        await visit.Go($"/orders/{id}");
        await Eventually.Holds(async () => await OpenStreams(visit.Page) == 1, Soon, "the stream is open");

        await Hide(visit.Page, hidden: true);
        await Eventually.Holds(async () => await OpenStreams(visit.Page) == 0, Soon, "the stream is closed");
        await chef.UntilStarted(id, Soon);
        await Hide(visit.Page, hidden: false);

        await visit.Sees("#tracking", "Your order is in the oven.");
        (await OpenStreams(visit.Page)).ShouldBe(1);
        await Assertions.Expect(visit.Page.Locator("#lost")).ToBeHiddenAsync();
        await chef.MustPost($"/api/kitchen/tickets/{id}/ready");
    }

    [Fact]
    public async Task A_refused_checkout_can_be_gone_back_from_and_keeps_what_was_typed()
    {
        await using var visit = await browser.Visit(system, "customer", scripts: false);
        var page = visit.Page;
        await visit.Go("/");
        await page.Locator("#margherita button").ClickAsync();
        await visit.Go("/checkout");
        await page.Locator("[name='Form.Phone']").FillAsync("1234567 extension");
        await page.Locator("[name='Form.Address']").FillAsync("1 Main St\nApt 2");
        await page.Locator(".receipt button").ClickAsync();

        await visit.Sees(".wrong", "7 to 20 digits");
        await Assertions.Expect(page.Locator("[name='Form.Address']")).ToHaveValueAsync("1 Main St\nApt 2");
        (await page.ReloadAsync()).ShouldNotBeNull().Request.Method.ShouldBe("GET");
        await Assertions.Expect(page.Locator("[name='Form.Phone']")).ToHaveValueAsync("1234567 extension");
        (await page.GoBackAsync()).ShouldNotBeNull().Status.ShouldBe(200);
        await Assertions.Expect(page.Locator(".receipt button")).ToBeVisibleAsync();
    }

    // A headless browser takes all its windows for visible.
    private static async Task Hide(IPage page, bool hidden) =>
        await page.EvaluateAsync(
            """
            hidden => {
              Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
              document.dispatchEvent(new Event("visibilitychange"));
            }
            """,
            hidden
        );

    private static Task<int> OpenStreams(IPage page) =>
        page.EvaluateAsync<int>("window.streams.filter(stream => stream.readyState !== EventSource.CLOSED).length");
}
