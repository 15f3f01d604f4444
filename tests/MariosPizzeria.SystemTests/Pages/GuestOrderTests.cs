using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A guest without an account orders on a phone, follows the order, and is remembered only on request.</summary>
[Collection(SystemCollection.Name)]
public sealed class GuestOrderTests(PizzeriaSystem system, Browser browser)
{
    private const int MostTaps = 6;

    private int _taps;

    [Fact]
    public async Task A_guest_orders_with_six_taps_and_one_form_and_follows_the_order()
    {
        using var chef = await Guest.SignInAsync(system, "chef");
        await using var visit = await browser.VisitAsync(system, width: 360);
        var page = visit.Page;
        await visit.GoAsync("/");

        await TapAsync(page.Locator("#margherita h2 a"));
        await TapAsync(page.Locator("#margherita .add-to-cart"));
        await visit.SeesAsync(".toast", "Margherita is in your cart");
        await TapAsync(page.Locator("a.basket"));
        await TapAsync(page.Locator("a[href='/checkout']"));
        await visit.ArriveAsync("/checkout$");
        await visit.ShouldBeAccessibleEverywhereAsync();
        await visit.ShouldFitAsync(360);
        await FillAsync(page);
        await TapAsync(page.Locator(".receipt button"));
        await visit.ArriveAsync(Visit.Tracker);

        _taps.ShouldBeLessThanOrEqualTo(MostTaps);
        await visit.SeesAsync(".progress .now", "Confirmed");
        await visit.SeesAsync("#tracking", "#");
        await visit.ShouldBeAccessibleAsync();
        var order = await page.EvaluateAsync<string>("document.querySelector('code').textContent");
        await chef.UntilStartedAsync(order);
        await visit.SeesAsync(".progress .now", "Cooking");
        visit.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_guest_is_remembered_in_the_browser_only_if_that_is_ticked_until_forgotten()
    {
        await using var visit = await browser.VisitAsync(system);
        var page = visit.Page;

        await Order(remember: false);
        await ToCheckout();
        await Assertions.Expect(page.Locator("[name='Form.Name']")).ToHaveValueAsync("");
        await FillAsync(page);
        await page.Locator("#remember").CheckAsync();
        await page.Locator(".receipt button").ClickAsync();
        await visit.ArriveAsync(Visit.Tracker);
        await ToCheckout();
        await Assertions.Expect(page.Locator("[name='Form.Address']")).ToHaveValueAsync("Via Roma 1");
        await page.Locator("#forget").ClickAsync();
        await Assertions.Expect(page.Locator("[name='Form.Phone']")).ToHaveValueAsync("");
        (await page.EvaluateAsync<int>("localStorage.length")).ShouldBe(0);

        async Task Order(bool remember)
        {
            await ToCheckout();
            await FillAsync(page);
            await page.Locator("#remember").SetCheckedAsync(remember);
            await page.Locator(".receipt button").ClickAsync();
            await visit.ArriveAsync(Visit.Tracker);
        }

        async Task ToCheckout()
        {
            await visit.GoAsync("/");
            await page.Locator("#margherita .add-to-cart").ClickAsync();
            await visit.SeesAsync(".toast", "Margherita is in your cart");
            await visit.GoAsync("/checkout");
        }
    }

    private static async Task FillAsync(IPage page)
    {
        await page.Locator("[name='Form.Name']").FillAsync("Bianca");
        await page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await page.Locator("[name='Form.Address']").FillAsync("Via Roma 1");
    }

    private Task TapAsync(ILocator what)
    {
        _taps++;
        return what.ClickAsync();
    }
}
