using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>Who has no mouse and no finger to spare gets as far: nothing but keys is used here.</summary>
[Collection(SystemCollection.Name)]
public sealed partial class KeyboardTests(PizzeriaSystem system, Browser browser)
{
    [Fact]
    public async Task A_pizza_is_ordered_by_keyboard_alone_from_the_menu_to_its_confirmation()
    {
        await using var visit = await browser.Visit(system);
        var page = visit.Page;
        await visit.Go("/");

        await visit.TabTo("#margherita [name=size]");
        await page.Keyboard.PressAsync("ArrowRight");
        await visit.Press("#margherita summary");
        await visit.TabTo("#margherita [value=basil]");
        await page.Keyboard.PressAsync("Space");
        await visit.Sees("#margherita [data-price]", "$23.28");
        await visit.Press("#margherita button");
        await visit.Sees(".toast", "Margherita is in your cart");

        await visit.Press("a[href='/cart']");
        await page.WaitForURLAsync("**/cart");
        await visit.Press("a[href='/checkout']");
        await page.WaitForURLAsync("**/signin?return=%2Fcheckout");
        await visit.Type("[name=username]", "customer");
        await visit.Type("[name=password]", "test");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/checkout");

        await visit.Type("[name='Form.Phone']", "+39 055 123456");
        await visit.Type("[name='Form.Address']", "Via Roma 1");
        await visit.Press(".receipt button");
        await page.WaitForURLAsync(Order());

        await visit.Sees(".progress .now", "Confirmed");
        visit.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_ticket_goes_through_the_kitchen_by_keyboard_alone_and_keeps_the_focus()
    {
        using var guest = await Guest.SignIn(system, "customer");
        using var cook = await Guest.SignIn(system, "chef");
        var id = (await guest.MustPlace(Guest.AnOrder())).GetProperty("id").GetString()!;
        await cook.UntilTicket(id, "queued", TimeSpan.FromSeconds(10));
        await using var chef = await browser.Visit(system, "chef");
        await chef.Go("/kitchen");
        var button = $"#move-{id}";

        await chef.Press("#bell");
        await Assertions.Expect(chef.Page.Locator("[data-bell=on]")).ToBeVisibleAsync();
        await chef.Press(button);
        await chef.Sees($"#cooking [data-ticket='{id}']", "Margherita");

        // The focus went along: the next step is one key away, once the hand has left the last one.
        await Assertions.Expect(chef.Page.Locator(button)).ToBeFocusedAsync();
        await Eventually.Holds(
            async () =>
            {
                await chef.Page.Keyboard.PressAsync("Enter");
                return await chef.Page.Locator($"#ready [data-ticket='{id}']").CountAsync() == 1;
            },
            TimeSpan.FromSeconds(10),
            "the ticket is ready"
        );
        chef.ShouldBeWithoutComplaint();
    }

    [GeneratedRegex("/orders/[0-9a-f]+$", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Order();
}
