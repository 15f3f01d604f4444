using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>The pages of chef and driver, which show changes by others without a reload.</summary>
[Collection(SystemCollection.Name)]
public sealed class StaffTests(PizzeriaSystem system, Browser browser)
{
    [Fact]
    public async Task An_order_shows_up_in_the_kitchen_and_everybody_follows_it_to_the_door()
    {
        await using var chef = await browser.VisitAsync(system, "chef");
        await using var customer = await browser.VisitAsync(system, "customer", width: 360);
        await using var driver = await browser.VisitAsync(system, "driver", width: 360);
        await chef.GoAsync("/kitchen");
        await driver.GoAsync("/delivery");
        using var guest = await Guest.SignInAsync(system, "customer");
        var id = (await guest.MustPlaceAsync(AnOrderWith("Severe nut allergy"))).GetProperty("id").GetString()!;
        await customer.GoAsync($"/orders/{id}");
        var ticket = $"[data-ticket='{id}']";
        await chef.SeesAsync($"#queued {ticket}", "Margherita");
        await chef.SeesAsync($"#queued {ticket} .allergy", "Severe nut allergy");

        await chef.Page.Locator($"#queued {ticket} button").ClickAsync();
        await chef.SeesAsync($"#cooking {ticket}", "Margherita");
        await customer.SeesAsync("#tracking", "Your order is in the oven.");
        await MovedAsync(chef, $"#cooking {ticket} .out", $"#ready {ticket}");
        await customer.SeesAsync("#tracking", "waiting for the driver");

        var stop = $"[data-order='{id}']";
        await driver.SeesAsync($"#to-take {stop}", "Giulia Rossi");
        await MovedAsync(driver, $"#to-take {stop} button", $"#tour {stop}");
        await customer.SeesAsync("#tracking", "on its way");
        await MovedAsync(driver, $"#tour {stop} button.out", gone: stop);
        await customer.SeesAsync("#tracking", "Enjoy your meal!");
        await Assertions.Expect(chef.Page.Locator(ticket)).ToHaveCountAsync(0);

        chef.ShouldBeWithoutComplaint();
        driver.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_new_ticket_is_called_out()
    {
        await using var chef = await browser.VisitAsync(system, "chef");
        await chef.GoAsync("/kitchen");
        await chef.Page.Locator("#bell").ClickAsync();
        await Assertions.Expect(chef.Page.Locator("[data-bell=on]")).ToBeVisibleAsync();
        using var guest = await Guest.SignInAsync(system, "customer");

        var number = (await guest.MustPlaceAsync(Guest.AnOrder())).GetProperty("number").GetInt32();

        await chef.SeesAsync("#arrivals", $"#{number}: 1 × Margherita");
    }

    [Fact]
    public async Task The_kitchens_screen_works_in_a_browser_that_stores_nothing()
    {
        await using var chef = await browser.VisitAsync(system, "chef");
        await chef.Page.AddInitScriptAsync(
            "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('Access is denied.', 'SecurityError'); } });"
        );
        await chef.GoAsync("/kitchen");

        await chef.Page.Locator("#theme").ClickAsync();
        await Assertions.Expect(chef.Page.Locator("html.light-theme")).ToHaveCountAsync(1);
        await chef.Page.Locator("#bell").ClickAsync();
        await Assertions.Expect(chef.Page.Locator("[data-bell=on]")).ToBeVisibleAsync();

        chef.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_ticket_is_called_out_also_where_the_first_look_at_it_fails()
    {
        await using var chef = await browser.VisitAsync(system, "chef");
        await chef.GoAsync("/kitchen");
        await Assertions.Expect(chef.Page.Locator("#bell")).ToBeVisibleAsync();
        var looks = 0;
        await chef.Page.RouteAsync("**/kitchen", route => looks++ < 2 ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync());
        using var guest = await Guest.SignInAsync(system, "customer");

        var number = (await guest.MustPlaceAsync(Guest.AnOrder())).GetProperty("number").GetInt32();

        await chef.SeesAsync("#arrivals", $"#{number}: 1 × Margherita");
        looks.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task The_kitchens_screen_says_at_once_that_the_manager_paused_it_and_what_its_capacity_is()
    {
        using var manager = await Guest.SignInAsync(system, "manager");
        var capacity = (await manager.GetAsync("/api/kitchen/status")).GetProperty("capacity").GetInt32();
        await using var chef = await browser.VisitAsync(system, "chef");
        await chef.GoAsync("/kitchen");

        await manager.MustPutAsync("/api/kitchen/paused", new { paused = true, reason = "The oven is out" });
        await chef.SeesAsync("#pause", "The oven is out");
        await manager.MustPutAsync("/api/kitchen/paused", new { paused = false });
        await Assertions.Expect(chef.Page.Locator("#pause .paused")).ToHaveCountAsync(0);

        await manager.MustPutAsync("/api/kitchen/capacity", new { capacity = capacity + 1 });
        await chef.SeesAsync("#load", $"of {capacity + 1} in the oven");
        await manager.MustPutAsync("/api/kitchen/capacity", new { capacity });
        await chef.SeesAsync("#load", $"of {capacity} in the oven");
    }

    [Fact]
    public async Task A_ticket_that_another_screen_has_moved_is_told_and_nothing_happens_twice()
    {
        using var guest = await Guest.SignInAsync(system, "customer");
        using var other = await Guest.SignInAsync(system, "chef");
        var id = (await guest.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        await other.UntilTicketAsync(id, "queued");
        await using var chef = await browser.VisitAsync(system, "chef", scripts: false);
        await chef.GoAsync("/kitchen");
        await other.MustPostAsync($"/api/kitchen/tickets/{id}/start");

        await chef.Page.Locator($"#queued [data-ticket='{id}'] button").ClickAsync();

        await chef.SeesAsync("#refusal", "has moved on already");
        await chef.SeesAsync($"#cooking [data-ticket='{id}']", "Margherita");
        await other.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
    }

    [Fact]
    public async Task A_kitchen_without_a_connection_says_so_and_comes_back_by_itself()
    {
        await using var chef = await browser.VisitAsync(system, "chef");
        await chef.Page.RouteAsync("**/api/kitchen/stream", route => route.AbortAsync());
        await chef.GoAsync("/kitchen");
        await Assertions.Expect(chef.Page.Locator("#lost")).ToBeVisibleAsync();

        await chef.Page.UnrouteAsync("**/api/kitchen/stream");

        await Assertions.Expect(chef.Page.Locator("#lost")).ToBeHiddenAsync();
        await chef.SeesAsync("#arrivals", "Connected again");
    }

    [Fact]
    public async Task The_screens_can_be_used_by_everybody()
    {
        using var guest = await Guest.SignInAsync(system, "customer");
        using var chef = await Guest.SignInAsync(system, "chef");
        var ready = await OutOfTheOvenAsync(guest, chef, Guest.AnOrder());
        await OutOfTheOvenAsync(guest, chef, Guest.AnOrder(fulfilment: "pickup"));
        var queued = (await guest.MustPlaceAsync(AnOrderWith("Allergic to olives"))).GetProperty("id").GetString()!;
        await chef.UntilTicketAsync(queued, "queued");
        await using var visit = await browser.VisitAsync(system, "manager");

        foreach (var path in new[] { "/kitchen", "/delivery" })
        {
            await visit.GoAsync(path);
            await visit.SeesAsync($"[data-ticket='{ready}'], [data-order='{ready}']", "Giulia Rossi");
            await visit.ShouldBeAccessibleEverywhereAsync();
        }

        visit.ShouldBeWithoutComplaint();
    }

    private static async Task<string> OutOfTheOvenAsync(Guest guest, Guest chef, object order)
    {
        var id = (await guest.MustPlaceAsync(order)).GetProperty("id").GetString()!;
        await chef.UntilStartedAsync(id);
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
        await guest.UntilStatusAsync(id, "ready");
        return id;
    }

    // The page ignores a tap right after another, because an element may have moved under the finger; so this method taps again.
    private static async Task MovedAsync(Visit visit, string button, string? to = null, string? gone = null)
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
                await Assertions.Expect(visit.Page.Locator(to ?? gone!)).ToHaveCountAsync(to is null ? 0 : 1, new() { Timeout = 2_000 });
                return;
            }
            catch (PlaywrightException) when (DateTime.UtcNow < deadline) { }
        }
    }

    private static object AnOrderWith(string notes) =>
        new
        {
            items = new[]
            {
                new
                {
                    pizzaId = "margherita",
                    size = "large",
                    extraToppings = new[] { "basil" },
                    quantity = 2,
                },
            },
            customer = new
            {
                name = "Giulia Rossi",
                phone = "+39 055 1234567",
                address = "Via Roma 1",
            },
            fulfilment = "delivery",
            paymentMethod = "cash",
            notes,
        };
}
