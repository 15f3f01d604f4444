using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>Several windows of one browser, which share its limited number of connections.</summary>
[Collection(SystemCollection.Name)]
public sealed class WindowTests(PizzeriaSystem system, Browser browser)
{
    private const int MostStreams = 4;

    // Counts the open streams of a window.
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

    [Theory]
    [InlineData("customer", "/orders/{0}", "#tracking", "in the oven")]
    [InlineData("manager", "/kitchen", "#cooking [data-ticket='{0}']", "Margherita")]
    public async Task Seven_windows_all_load_and_all_follow(string username, string path, string selector, string told)
    {
        using var guest = await Guest.SignInAsync(system, "customer");
        using var chef = await Guest.SignInAsync(system, "chef");
        var id = (await guest.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        await using var visit = await browser.VisitAsync(system, username);
        await visit.Page.Context.AddInitScriptAsync(CountStreams);
        var pages = new List<IPage>();
        for (var window = 0; window < 7; window++)
        {
            var page = await visit.Page.Context.NewPageAsync();
            await page.GotoAsync(path.Replace("{0}", id, StringComparison.Ordinal));
            pages.Add(page);
        }

        await chef.UntilStartedAsync(id);

        foreach (var page in pages)
        {
            await Assertions.Expect(page.Locator(selector.Replace("{0}", id, StringComparison.Ordinal))).ToContainTextAsync(told);
        }

        var streams = await Task.WhenAll(pages.Select(OpenStreamsAsync));
        streams.Sum().ShouldBeInRange(1, MostStreams);
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
    }

    [Fact]
    public async Task A_window_that_is_closed_makes_room_for_the_stream_of_another()
    {
        using var guest = await Guest.SignInAsync(system, "customer");
        var id = (await guest.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        await using var visit = await browser.VisitAsync(system, "customer");
        await visit.Page.Context.AddInitScriptAsync(CountStreams);
        var pages = new List<IPage>();
        for (var window = 0; window <= MostStreams; window++)
        {
            var page = await visit.Page.Context.NewPageAsync();
            await page.GotoAsync($"/orders/{id}");
            pages.Add(page);
        }

        await Eventually.HoldsAsync(
            async () => (await Task.WhenAll(pages.Take(MostStreams).Select(OpenStreamsAsync))).Sum() == MostStreams,
            "the first windows have their streams"
        );
        (await OpenStreamsAsync(pages[^1])).ShouldBe(0);
        await pages[0].CloseAsync();

        await Eventually.HoldsAsync(async () => await OpenStreamsAsync(pages[^1]) == 1, "the last window has a stream");
        await guest.MustPostAsync($"/api/orders/{id}/cancel", new { reason = "a test" });
    }

    [Fact]
    public async Task A_hidden_window_has_no_stream_and_is_up_to_date_once_it_is_shown()
    {
        using var guest = await Guest.SignInAsync(system, "customer");
        using var chef = await Guest.SignInAsync(system, "chef");
        var id = (await guest.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        await using var visit = await browser.VisitAsync(system, "customer");
        await visit.Page.AddInitScriptAsync(CountStreams);
        await visit.GoAsync($"/orders/{id}");
        await Eventually.HoldsAsync(async () => await OpenStreamsAsync(visit.Page) == 1, "the stream is open");

        await HideAsync(visit.Page, hidden: true);
        await Eventually.HoldsAsync(async () => await OpenStreamsAsync(visit.Page) == 0, "the stream is closed");
        await chef.UntilStartedAsync(id);
        await HideAsync(visit.Page, hidden: false);

        await visit.SeesAsync("#tracking", "Your order is in the oven.");
        (await OpenStreamsAsync(visit.Page)).ShouldBe(1);
        await Assertions.Expect(visit.Page.Locator("#lost")).ToBeHiddenAsync();
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
    }

    [Fact]
    public async Task A_refused_checkout_can_be_gone_back_from_and_keeps_what_was_typed()
    {
        await using var visit = await browser.VisitAsync(system, "customer", scripts: false);
        var page = visit.Page;
        await visit.GoAsync("/");
        await page.Locator("#margherita .add-to-cart").ClickAsync();
        await visit.GoAsync("/checkout");
        await page.Locator("[name='Form.Phone']").FillAsync("1234567 extension");
        await page.Locator("[name='Form.Address']").FillAsync("1 Main St\nApt 2");
        await page.Locator(".receipt button").ClickAsync();

        await visit.SeesAsync(".wrong", "7 to 20 digits");
        await Assertions.Expect(page.Locator("[name='Form.Address']")).ToHaveValueAsync("1 Main St\nApt 2");
        (await page.ReloadAsync()).ShouldNotBeNull().Request.Method.ShouldBe("GET");
        await Assertions.Expect(page.Locator("[name='Form.Phone']")).ToHaveValueAsync("1234567 extension");
        (await page.GoBackAsync()).ShouldNotBeNull().Status.ShouldBe(200);
        await Assertions.Expect(page.Locator(".receipt button")).ToBeVisibleAsync();
    }

    // A headless browser treats all its windows as visible.
    private static async Task HideAsync(IPage page, bool hidden) =>
        await page.EvaluateAsync(
            """
            hidden => {
              Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
              document.dispatchEvent(new Event("visibilitychange"));
            }
            """,
            hidden
        );

    private static Task<int> OpenStreamsAsync(IPage page) =>
        page.EvaluateAsync<int>("window.streams.filter(stream => stream.readyState !== EventSource.CLOSED).length");
}
