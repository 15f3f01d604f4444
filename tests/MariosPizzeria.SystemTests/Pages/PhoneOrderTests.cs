using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A manager enters orders during a phone call.</summary>
[Collection(SystemCollection.Name)]
public sealed class PhoneOrderTests(PizzeriaSystem system, Browser browser)
{
    [Fact]
    public async Task An_order_is_typed_without_the_mouse_and_read_out_with_its_number_and_link()
    {
        using var manager = await Guest.SignInAsync(system, "manager");
        await using var visit = await browser.VisitAsync(system, "manager");
        var page = visit.Page;
        await visit.GoAsync("/management/phone");

        // The first field has the focus.
        await page.Keyboard.TypeAsync("+39 055 123456");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("Bianca");
        await visit.TypeAsync("[name='Form.Address']", "Via Roma 1");
        await visit.TabToAsync("#pizza");
        await page.Keyboard.TypeAsync("2 large marg + basil");
        await Assertions.Expect(page.Locator("#matches [aria-selected=true]")).ToHaveAttributeAsync("data-pizza", "margherita");
        await page.Keyboard.PressAsync("Enter");
        await visit.SeesAsync("#lines", "2 × Margherita Large + basil");
        await visit.SeesAsync("[data-total]", "$46.56");
        await page.Keyboard.TypeAsync("pep");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("+");
        await visit.SeesAsync("#lines [aria-current]", "2 × Pepperoni Small");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("-");
        await visit.SeesAsync("#lines [aria-current]", "1 × Margherita Large + basil");
        await page.Keyboard.TypeAsync("calz");
        await page.Keyboard.PressAsync("Enter");
        await visit.SeesAsync("#pizza-wrong", "calz");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.PressAsync("Delete");
        await page.Keyboard.PressAsync("Enter");
        await visit.ShouldBeAccessibleEverywhereAsync();
        await page.Keyboard.PressAsync("Enter");
        await visit.ArriveAsync("/track/");

        var link = await page.Locator("#tracking-link").InputValueAsync();
        link.ShouldBe(page.Url);
        await visit.SeesAsync(".for-guest .order-number", "#");
        await visit.ShouldBeAccessibleEverywhereAsync();
        visit.ShouldBeWithoutComplaint();

        await using var guest = await browser.VisitAsync(system);
        (await guest.GoAsync(new Uri(link).AbsolutePath)).ShouldBe(200);
        await guest.SeesAsync(".progress", "Confirmed");
        (await guest.Page.Locator(".for-guest").CountAsync()).ShouldBe(0);
        var id = new Uri(link).Segments[^1].Split('.')[0];
        var placed = (await manager.GetAsync($"/api/orders/{id}/timeline")).GetProperty("events")[0];
        placed.GetProperty("type").GetString().ShouldBe("OrderPlaced");
        placed.GetProperty("actor").GetString().ShouldBe((await manager.GetAsync("/api/auth/me")).GetProperty("id").GetString());
        await manager.MustPostAsync($"/api/orders/{id}/cancel", new { reason = "the end of a test" });
    }

    [Fact]
    public async Task A_guest_who_has_ordered_before_is_known_by_the_phone()
    {
        using var manager = await Guest.SignInAsync(system, "manager");
        var order = await manager.MustPlaceAsync(
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
                    name = "Ottavia",
                    phone = "+39 055 7654321",
                    address = "Via Larga 9",
                },
                fulfilment = "delivery",
                paymentMethod = "cash",
                allergies = new[] { "nuts" },
                allergyNote = "no chilli",
            }
        );
        await using var visit = await browser.VisitAsync(system, "manager");
        var page = visit.Page;
        await visit.GoAsync("/management/phone");

        await page.Keyboard.TypeAsync("055 765 4321");
        await page.Keyboard.PressAsync("Tab");

        await visit.SeesAsync("#caller", "2 × Margherita");
        await visit.SeesAsync("#caller", "nuts, no chilli");
        (await page.InputValueAsync("[name='Form.Name']")).ShouldBe("Ottavia");
        (await page.InputValueAsync("[name='Form.Address']")).ShouldBe("Via Larga 9");
        await visit.ShouldBeAccessibleEverywhereAsync();

        // Typed text replaces the filled-in text.
        await page.Keyboard.TypeAsync("Ottavio");
        (await page.InputValueAsync("[name='Form.Name']")).ShouldBe("Ottavio");
        await page.ClickAsync("#caller button");
        await visit.SeesAsync("#lines", "2 × Margherita Large + basil");

        // Another caller does not get the data of the caller before.
        await page.FillAsync("[name='Form.Phone']", "+39 06 5550001");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator("#caller")).ToBeHiddenAsync();
        (await page.InputValueAsync("[name='Form.Name']")).ShouldBe("Ottavio");
        (await page.InputValueAsync("[name='Form.Address']")).ShouldBe("");
        visit.ShouldBeWithoutComplaint();
        await manager.MustPostAsync($"/api/orders/{order.GetProperty("id").GetString()}/cancel", new { reason = "the end of a test" });
    }

    [Fact]
    public async Task Without_scripts_the_pizzas_are_a_text_a_line_each()
    {
        using var manager = await Guest.SignInAsync(system, "manager");
        await using var visit = await browser.VisitAsync(system, "manager", width: 390, language: "it-IT", scripts: false);
        await visit.GoAsync("/management/phone");

        await visit.Page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await visit.Page.Locator("[name='Form.Name']").FillAsync("Bianca");
        await visit.Page.GetByText("Ritiro").First.ClickAsync();
        await visit.Page.Locator("[name='Pizzas']").FillAsync("2 grande marg + basilico\nhawa");
        await visit.Page.Locator("#place").ClickAsync();
        await visit.ArriveAsync("/track/");

        await visit.SeesAsync(".items", "2 × Margherita");
        await visit.SeesAsync(".for-guest", "Da dire al cliente");
        var id = new Uri(visit.Page.Url).Segments[^1].Split('.')[0];
        await manager.MustPostAsync($"/api/orders/{id}/cancel", new { reason = "the end of a test" });
    }
}
