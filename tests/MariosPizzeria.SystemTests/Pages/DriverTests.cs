using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A driver's pages on a phone.</summary>
[Collection(SystemCollection.Name)]
public sealed class DriverTests(PizzeriaSystem system, Browser browser)
{
    [Fact]
    public async Task A_slip_is_undone_what_nobody_opened_for_is_brought_back_and_the_cash_is_summed_up()
    {
        using var api = await Guest.SignInAsync(system, "driver");
        var (first, second) = (await ReadyOrderAsync(), await ReadyOrderAsync());
        await using var driver = await browser.VisitAsync(system, "driver", width: 360);
        await driver.GoAsync("/delivery");
        foreach (var id in new[] { first, second })
        {
            await TapAsync(driver, $"#to-take {Stop(id)} > button", $"#tour {Stop(id)}");
        }

        // The order with the oldest promised time is expanded, the others are collapsed.
        await ExpectAsync(driver, "#tour .stop > .ways");
        await ExpectAsync(driver, "#tour .stop details:not([open]) .ways");
        await driver.ShouldBeAccessibleAsync();

        await TapAsync(driver, $"#tour {Stop(first)} button.out", $"#undo-{first}");
        await TapAsync(driver, $"#undo-{first}", $"#tour {Stop(first)}");
        await driver.Page.Locator($"#tour {Stop(second)} .failed summary").ClickAsync();
        await TapAsync(driver, $"#tour {Stop(second)} .failed button >> nth=0", $"#to-take {Stop(second)}");
        await driver.SeesAsync($"#to-take {Stop(second)}", "Came back: Nobody at home");

        await api.MustPostAsync($"/api/delivery/{first}/delivered");
        await api.MustPostAsync($"/api/delivery/{second}/take");
        await api.MustPostAsync($"/api/delivery/{second}/delivered");
        await ExpectAsync(driver, $"#undo-{second}");
        var cash = (await api.GetAsync("/api/delivery/tour")).GetProperty("cashToHandIn").GetDecimal();
        cash.ShouldBeGreaterThan(0);
        await driver.SeesAsync(
            "#today",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Cash to hand in: ${cash:#,##0.00}")
        );
        await driver.ShouldBeAccessibleAsync();
        await using var manager = await browser.VisitAsync(system, "manager");
        await manager.GoAsync("/management/menu");
        await manager.ShouldBeAccessibleAsync();
        driver.ShouldBeWithoutComplaint();
    }

    private static string Stop(string id) => $"[data-order='{id}']";

    private static Task ExpectAsync(Visit visit, string selector) => Assertions.Expect(visit.Page.Locator(selector)).ToHaveCountAsync(1);

    // The page ignores a tap right after an element has moved, as an accidental double tap; so this method taps again.
    private static async Task TapAsync(Visit visit, string button, string then)
    {
        var deadline = DateTime.UtcNow.AddSeconds(15);
        while (true)
        {
            if (await visit.Page.Locator(button).CountAsync() > 0)
            {
                await visit.Page.Locator(button).ClickAsync(new() { Timeout = 2_000 });
            }

            try
            {
                await Assertions.Expect(visit.Page.Locator(then)).ToHaveCountAsync(1, new() { Timeout = 2_000 });
                return;
            }
            catch (PlaywrightException) when (DateTime.UtcNow < deadline) { }
        }
    }

    private async Task<string> ReadyOrderAsync()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        using var chef = await Guest.SignInAsync(system, "chef");
        var id = (await customer.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        await chef.UntilTicketAsync(id, "queued");
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/start");
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
        await chef.UntilStatusAsync(id, "ready");
        return id;
    }
}
