using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>Chef and driver at their screens, which follow what others do without being loaded again.</summary>
[Collection(SystemCollection.Name)]
public sealed class StaffTests(PizzeriaSystem system, Browser browser)
{
    [Fact]
    public async Task An_order_shows_up_in_the_kitchen_and_everybody_follows_it_to_the_door()
    {
        await using var chef = await browser.Visit(system, "chef");
        await using var customer = await browser.Visit(system, "customer", width: 360);
        await using var driver = await browser.Visit(system, "driver", width: 360);
        await chef.Go("/kitchen");
        await driver.Go("/delivery");
        using var guest = await Guest.SignIn(system, "customer");
        var id = (await guest.MustPlace(AnOrderWith("Severe nut allergy"))).GetProperty("id").GetString()!;
        await customer.Go($"/orders/{id}");
        var ticket = $"[data-ticket='{id}']";
        await chef.Sees($"#queued {ticket}", "Margherita");
        await chef.Sees($"#queued {ticket} .allergy", "Severe nut allergy");

        await chef.Page.Locator($"#queued {ticket} button").ClickAsync();
        await chef.Sees($"#cooking {ticket}", "Margherita");
        await customer.Sees("#tracking", "Your order is in the oven.");
        await Moved(chef, $"#cooking {ticket} button", $"#ready {ticket}");
        await customer.Sees("#tracking", "waiting for the driver");

        var stop = $"[data-order='{id}']";
        await driver.Sees($"#to-take {stop}", "Giulia Rossi");
        await Moved(driver, $"#to-take {stop} button", $"#tour {stop}");
        await customer.Sees("#tracking", "on its way");
        await Moved(driver, $"#tour {stop} button", gone: stop);
        await customer.Sees("#tracking", "Enjoy your meal!");
        await Assertions.Expect(chef.Page.Locator(ticket)).ToHaveCountAsync(0);

        chef.ShouldBeWithoutComplaint();
        driver.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_new_ticket_is_called_out()
    {
        await using var chef = await browser.Visit(system, "chef");
        await chef.Go("/kitchen");
        await chef.Page.Locator("#bell").ClickAsync();
        await Assertions.Expect(chef.Page.Locator("[data-bell=on]")).ToBeVisibleAsync();
        using var guest = await Guest.SignIn(system, "customer");

        var id = (await guest.MustPlace(Guest.AnOrder())).GetProperty("id").GetString()!;

        await chef.Sees("#arrivals", $"#{id[..6].ToUpperInvariant()}: 1 × Margherita");
    }

    [Fact]
    public async Task A_ticket_is_called_out_also_where_the_first_look_at_it_fails()
    {
        await using var chef = await browser.Visit(system, "chef");
        await chef.Go("/kitchen");
        await Assertions.Expect(chef.Page.Locator("#bell")).ToBeVisibleAsync();
        var looks = 0;
        await chef.Page.RouteAsync("**/kitchen", route => looks++ < 2 ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync());
        using var guest = await Guest.SignIn(system, "customer");

        var id = (await guest.MustPlace(Guest.AnOrder())).GetProperty("id").GetString()!;

        await chef.Sees("#arrivals", $"#{id[..6].ToUpperInvariant()}: 1 × Margherita");
        looks.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task The_kitchens_screen_says_at_once_that_the_manager_paused_it_and_what_its_capacity_is()
    {
        using var manager = await Guest.SignIn(system, "manager");
        var capacity = (await manager.Get("/api/kitchen/status")).GetProperty("capacity").GetInt32();
        await using var chef = await browser.Visit(system, "chef");
        await chef.Go("/kitchen");

        await manager.MustPut("/api/kitchen/paused", new { paused = true, reason = "The oven is out" });
        await chef.Sees("#pause", "The oven is out");
        await manager.MustPut("/api/kitchen/paused", new { paused = false });
        await Assertions.Expect(chef.Page.Locator("#pause .paused")).ToHaveCountAsync(0, new() { Timeout = 10_000 });

        await manager.MustPut("/api/kitchen/capacity", new { capacity = capacity + 1 });
        await chef.Sees("#load", $"of {capacity + 1} in the oven");
        await manager.MustPut("/api/kitchen/capacity", new { capacity });
        await chef.Sees("#load", $"of {capacity} in the oven");
    }

    [Fact]
    public async Task A_ticket_that_another_screen_has_moved_is_told_and_nothing_happens_twice()
    {
        using var guest = await Guest.SignIn(system, "customer");
        using var other = await Guest.SignIn(system, "chef");
        var id = (await guest.MustPlace(Guest.AnOrder())).GetProperty("id").GetString()!;
        await other.UntilTicket(id, "queued", TimeSpan.FromSeconds(10));
        await using var chef = await browser.Visit(system, "chef", scripts: false);
        await chef.Go("/kitchen");
        await other.MustPost($"/api/kitchen/tickets/{id}/start");

        await chef.Page.Locator($"#queued [data-ticket='{id}'] button").ClickAsync();

        await chef.Sees("#refusal", "has moved on already");
        await chef.Sees($"#cooking [data-ticket='{id}']", "Margherita");
        await other.MustPost($"/api/kitchen/tickets/{id}/ready");
    }

    [Fact]
    public async Task A_kitchen_without_a_connection_says_so_and_comes_back_by_itself()
    {
        await using var chef = await browser.Visit(system, "chef");
        await chef.Page.RouteAsync("**/api/kitchen/stream", route => route.AbortAsync());
        await chef.Go("/kitchen");
        await Assertions.Expect(chef.Page.Locator("#lost")).ToBeVisibleAsync();

        await chef.Page.UnrouteAsync("**/api/kitchen/stream");

        await Assertions.Expect(chef.Page.Locator("#lost")).ToBeHiddenAsync(new() { Timeout = 20_000 });
        await chef.Sees("#arrivals", "Connected again");
    }

    [Fact]
    public async Task The_screens_can_be_used_by_everybody()
    {
        using var guest = await Guest.SignIn(system, "customer");
        using var chef = await Guest.SignIn(system, "chef");
        var ready = await OutOfTheOven(guest, chef, Guest.AnOrder());
        await OutOfTheOven(guest, chef, Guest.AnOrder(fulfilment: "pickup"));
        var queued = (await guest.MustPlace(AnOrderWith("Allergic to olives"))).GetProperty("id").GetString()!;
        await chef.UntilTicket(queued, "queued", TimeSpan.FromSeconds(10));
        await using var visit = await browser.Visit(system, "manager");

        foreach (var path in new[] { "/kitchen", "/delivery" })
        {
            await visit.Go(path);
            await visit.Sees($"[data-ticket='{ready}'], [data-order='{ready}']", "Margherita");
            await visit.ShouldBeAccessibleEverywhere();
        }

        visit.ShouldBeWithoutComplaint();
    }

    private static async Task<string> OutOfTheOven(Guest guest, Guest chef, object order)
    {
        var id = (await guest.MustPlace(order)).GetProperty("id").GetString()!;
        await chef.UntilStarted(id, TimeSpan.FromSeconds(10));
        await chef.MustPost($"/api/kitchen/tickets/{id}/ready");
        await guest.UntilStatus(id, "ready", TimeSpan.FromSeconds(10));
        return id;
    }

    // A tap right after another counts for nothing, as it may hit what slid under the finger: whoever is that quick taps again.
    private static async Task Moved(Visit visit, string button, string? to = null, string? gone = null)
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
