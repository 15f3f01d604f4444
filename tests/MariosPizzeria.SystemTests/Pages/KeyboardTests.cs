using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>The pages work with the keyboard alone, without mouse or touch.</summary>
[Collection(SystemCollection.Name)]
public sealed class KeyboardTests(PizzeriaSystem system, Browser browser)
{
    [Fact]
    public async Task A_pizza_is_ordered_by_keyboard_alone_from_the_menu_to_its_confirmation()
    {
        await using var visit = await browser.VisitAsync(system);
        var page = visit.Page;
        await visit.GoAsync("/");

        await visit.TabToAsync("#margherita [name=size]");
        await page.Keyboard.PressAsync("ArrowRight");
        await visit.PressAsync("#margherita summary");
        await visit.TabToAsync("#margherita [value=basil]");
        await page.Keyboard.PressAsync("Space");
        await visit.SeesAsync("#margherita [data-price]", "$23.28");
        await visit.PressAsync("#margherita .add-to-cart");
        await visit.SeesAsync(".toast", "Margherita is in your cart");

        // With the first frame after the page load, the browser scrolls to the pizza in the address's fragment and takes the focus away.
        await visit.ArriveAsync("#margherita$");
        await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        await visit.FollowAsync("a[href='/cart']", "/cart$");
        await visit.FollowAsync("a[href='/checkout']", "/checkout$");
        await visit.FollowAsync(".checkout a[href^='/signin']", "/signin[?]return=%2Fcheckout$");
        await visit.TypeAsync("[name=username]", "customer");
        await visit.TypeAsync("[name=password]", "test");
        await page.Keyboard.PressAsync("Enter");
        await visit.ArriveAsync("/checkout$");

        await visit.TypeAsync("[name='Form.Phone']", "+39 055 123456");
        await visit.TypeAsync("[name='Form.Address']", "Via Roma 1");
        await visit.PressAsync(".receipt button");
        await visit.ArriveAsync(Visit.OrderPage);

        await visit.SeesAsync(".progress .now", "Confirmed");
        visit.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_ticket_goes_through_the_kitchen_by_keyboard_alone_and_keeps_the_focus()
    {
        using var guest = await Guest.SignInAsync(system, "customer");
        using var cook = await Guest.SignInAsync(system, "chef");
        var id = (await guest.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        await cook.UntilTicketAsync(id, "queued");
        await using var chef = await browser.VisitAsync(system, "chef");
        await chef.GoAsync("/kitchen");
        var button = $"#move-{id}";

        await chef.PressAsync("#bell");
        await Assertions.Expect(chef.Page.Locator("[data-bell=on]")).ToBeVisibleAsync();
        await chef.PressAsync(button);
        await chef.SeesAsync($"#cooking [data-ticket='{id}']", "Margherita");

        // The focus has moved with the ticket: Enter triggers the next step, except right after the last key press.
        await Assertions.Expect(chef.Page.Locator(button)).ToBeFocusedAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                await chef.Page.Keyboard.PressAsync("Enter");
                return await chef.Page.Locator($"#ready [data-ticket='{id}']").CountAsync() == 1;
            },
            "the ticket is ready"
        );
        chef.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_ticket_is_moved_on_by_typing_its_number_and_Enter()
    {
        using var guest = await Guest.SignInAsync(system, "customer");
        using var cook = await Guest.SignInAsync(system, "chef");
        var order = await guest.MustPlaceAsync(Guest.AnOrder());
        var id = order.GetProperty("id").GetString()!;
        await cook.UntilTicketAsync(id, "queued");
        await using var chef = await browser.VisitAsync(system, "chef");
        await chef.GoAsync("/kitchen");
        await Assertions.Expect(chef.Page.Locator("#bell")).ToBeVisibleAsync();

        await chef.Page.Keyboard.TypeAsync($"{order.GetProperty("number").GetInt32()}");
        await Assertions.Expect(chef.Page.Locator($"#move-{id}")).ToBeFocusedAsync();
        await chef.Page.Keyboard.PressAsync("Enter");

        await chef.SeesAsync($"#cooking [data-ticket='{id}']", "Margherita");
        await cook.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
        chef.ShouldBeWithoutComplaint();
    }
}
