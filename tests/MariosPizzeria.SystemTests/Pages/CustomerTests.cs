using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A customer orders with scripts enabled, and without scripts.</summary>
[Collection(SystemCollection.Name)]
public sealed class CustomerTests(PizzeriaSystem system, Browser browser)
{
    [Fact]
    public async Task A_pizza_is_chosen_with_its_price_moving_along_and_ordered_after_signing_in()
    {
        await using var visit = await browser.VisitAsync(system);
        var page = visit.Page;
        await visit.GoAsync("/");
        var margherita = page.Locator("#margherita");

        await margherita.GetByLabel("Large").CheckAsync();
        await Assertions.Expect(margherita.Locator("[data-price]")).ToHaveTextAsync("$20.78");
        await margherita.Locator("summary").ClickAsync();
        await margherita.GetByLabel("basil").CheckAsync();
        await Assertions.Expect(margherita.Locator("[data-price]")).ToHaveTextAsync("$23.28");
        await margherita.Locator(".add-to-cart").ClickAsync();
        await visit.SeesAsync(".toast", "Margherita is in your cart");

        await visit.GoAsync("/cart");
        await visit.SeesAsync(".total", "$23.28");
        await page.GetByText("To checkout").ClickAsync();
        await visit.ArriveAsync("/checkout$");
        await page.Locator(".checkout a[href^='/signin']").ClickAsync();
        await visit.ArriveAsync("/signin[?]return=%2Fcheckout$");
        await page.Locator("input[name=username]").FillAsync("customer");
        await page.Locator("input[name=password]").FillAsync("test");
        await page.Locator("main button").ClickAsync();
        await visit.ArriveAsync("/checkout$");

        await page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await page.Locator("[name='Form.Address']").FillAsync("Via Roma 1");
        await page.GetByText("Place the order").ClickAsync();
        await visit.ArriveAsync(Visit.OrderPage);

        await visit.SeesAsync(".toast", "We have your order");
        await visit.SeesAsync(".sheet", "$23.28");
        await visit.SeesAsync(".basket .count", "0");
    }

    [Fact]
    public async Task Without_scripts_a_customer_chooses_orders_and_sees_the_order()
    {
        await using var visit = await browser.VisitAsync(system, "customer", width: 360, language: "it-IT", scripts: false);
        var page = visit.Page;
        await visit.GoAsync("/");

        await page.Locator("#margherita h2 a").ClickAsync();
        await page.Locator("#margherita .add-to-cart").ClickAsync();
        await visit.GoAsync("/checkout");
        await page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await page.GetByText("La ritiri al banco").ClickAsync();
        await page.Locator(".receipt button").ClickAsync();
        await visit.ArriveAsync(Visit.OrderPage);

        await visit.SeesAsync(".sheet", "16,89\u00a0$");
        await visit.SeesAsync(".progress", "Confermato");
    }

    [Fact]
    public async Task The_order_page_follows_the_order_to_the_door_and_is_nobody_elses()
    {
        using var chef = await Guest.SignInAsync(system, "chef");
        using var driver = await Guest.SignInAsync(system, "driver");
        await using var visit = await browser.VisitAsync(system, "customer");
        await using var stranger = await browser.VisitAsync(system);
        await visit.GoAsync("/");
        await visit.Page.Locator("#hawaiian .add-to-cart").ClickAsync();
        await visit.GoAsync("/checkout");
        await visit.Page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await visit.Page.Locator("[name='Form.Address']").FillAsync("Via Roma 1");
        await visit.Page.Locator(".receipt button").ClickAsync();
        await visit.ArriveAsync(Visit.OrderPage);
        var id = new Uri(visit.Page.Url).Segments[^1];
        await visit.Page.EvaluateAsync("window.isTheSamePage = true");

        await visit.SeesAsync(".progress .now", "Confirmed");
        await chef.UntilStartedAsync(id);
        await visit.SeesAsync(".progress .now", "Cooking");
        await visit.ShouldBeAccessibleAsync();
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
        await visit.SeesAsync(".progress .now", "Ready");
        await driver.MustPostAsync($"/api/delivery/{id}/take");
        await visit.SeesAsync(".progress .now", "On the way");
        await driver.MustPostAsync($"/api/delivery/{id}/delivered");
        await visit.SeesAsync("h1", "Enjoy your meal!");

        (await visit.Page.EvaluateAsync<bool>("window.isTheSamePage")).ShouldBeTrue();
        visit.ShouldBeWithoutComplaint();
        await stranger.SignUpAsync($"guest-{Guid.NewGuid():N}"[..20]);
        (await stranger.GoAsync($"/orders/{id}")).ShouldBe(404);
    }

    [Fact]
    public async Task A_customer_who_comes_back_types_nothing_and_orders_again_in_one_tap()
    {
        await using var visit = await browser.VisitAsync(system, width: 390);
        var page = visit.Page;
        await visit.SignUpAsync($"guest-{Guid.NewGuid():N}"[..20]);
        await visit.GoAsync("/");
        await page.Locator("#margherita h2 a").ClickAsync();
        await page.Locator("#margherita .add-to-cart").ClickAsync();
        await visit.GoAsync("/checkout");
        await page.Locator("[name='Form.Name']").FillAsync("Marta Neri");
        await page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await page.Locator("[name='Form.Address']").FillAsync("Via Roma 1");
        await page.Locator("[name='Form.DoorNotes']").FillAsync("Ring twice");
        await page.Locator(".receipt button").ClickAsync();
        await visit.ArriveAsync(Visit.OrderPage);

        await page.Locator("form[action$='handler=again'] button").ClickAsync();
        await visit.ArriveAsync("/cart$");
        await page.GetByText("To checkout").ClickAsync();
        await visit.ArriveAsync("/checkout$");

        await Assertions.Expect(page.Locator("[name='Form.Name']")).ToHaveValueAsync("Marta Neri");
        await Assertions.Expect(page.Locator("[name='Form.Phone']")).ToHaveValueAsync("+39 055 123456");
        await Assertions.Expect(page.Locator("[name='Form.Address']")).ToHaveValueAsync("Via Roma 1");
        await Assertions.Expect(page.Locator("[name='Form.DoorNotes']")).ToHaveValueAsync("Ring twice");
        await visit.ShouldBeAccessibleAsync();
        await page.Locator(".receipt button").ClickAsync();
        await visit.ArriveAsync(Visit.OrderPage);
        visit.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task Every_page_of_a_customer_can_be_used_by_everybody()
    {
        await using var visit = await browser.VisitAsync(system);
        foreach (var path in new[] { "/signin", "/signup", "/cart" })
        {
            await visit.GoAsync(path);
            await visit.ShouldBeAccessibleEverywhereAsync();
        }

        await visit.SignUpAsync($"guest-{Guid.NewGuid():N}"[..20]);
        await visit.GoAsync("/");
        await visit.Page.Locator("#pepperoni .add-to-cart").ClickAsync();
        foreach (var path in new[] { "/", "/cart", "/checkout" })
        {
            await visit.GoAsync(path);
            await visit.ShouldBeAccessibleEverywhereAsync();
        }

        await visit.Page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await visit.Page.Locator("[name='Form.Address']").FillAsync("Via Roma 1");
        await visit.Page.Locator(".receipt button").ClickAsync();
        await visit.ArriveAsync(Visit.OrderPage);
        foreach (var path in new[] { "/orders", "/profile", "/notifications" })
        {
            await visit.GoAsync(path);
            await visit.ShouldBeAccessibleEverywhereAsync();
        }

        visit.ShouldBeWithoutComplaint();
    }
}
