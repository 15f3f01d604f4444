using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A customer orders, with a browser as most have it, and with one that runs no scripts.</summary>
[Collection(SystemCollection.Name)]
public sealed partial class CustomerTests(PizzeriaSystem system, Browser browser)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_pizza_is_chosen_with_its_price_moving_along_and_ordered_after_signing_in()
    {
        await using var visit = await browser.Visit(system);
        var page = visit.Page;
        await visit.Go("/");
        var margherita = page.Locator("#margherita");

        await margherita.GetByLabel("Large").CheckAsync();
        await Assertions.Expect(margherita.Locator("[data-price]")).ToHaveTextAsync("$20.78");
        await margherita.Locator("summary").ClickAsync();
        await margherita.GetByLabel("basil").CheckAsync();
        await Assertions.Expect(margherita.Locator("[data-price]")).ToHaveTextAsync("$23.28");
        await Assertions.Expect(margherita.Locator("[data-breakdown]")).ToHaveTextAsync("$12.99 × 1.6 + 1 × $2.50");
        await margherita.GetByRole(AriaRole.Button).ClickAsync();
        await visit.Sees(".toast", "Margherita is in your cart");

        await visit.Go("/cart");
        await visit.Sees(".total", "$23.28");
        await page.GetByText("To checkout").ClickAsync();
        await page.WaitForURLAsync("**/signin?return=%2Fcheckout");
        await page.Locator("input[name=username]").FillAsync("customer");
        await page.Locator("input[name=password]").FillAsync("test");
        await page.Locator("main button").ClickAsync();
        await page.WaitForURLAsync("**/checkout");

        await page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await page.Locator("[name='Form.Address']").FillAsync("Via Roma 1");
        await page.GetByText("Place the order").ClickAsync();
        await page.WaitForURLAsync(Order());

        await visit.Sees(".toast", "We have your order");
        await visit.Sees(".sheet", "$23.28");
        await visit.Sees(".basket .count", "0");
    }

    [Fact]
    public async Task Without_scripts_a_customer_chooses_orders_and_sees_the_order()
    {
        await using var visit = await browser.Visit(system, "customer", width: 360, language: "it-IT", scripts: false);
        var page = visit.Page;
        await visit.Go("/");

        await page.Locator("#margherita button").ClickAsync();
        await visit.Go("/checkout");
        await page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await page.GetByText("Ritiro").ClickAsync();
        await page.Locator(".receipt button").ClickAsync();
        await page.WaitForURLAsync(Order());

        await visit.Sees(".sheet", "16,89\u00a0$");
        await visit.Sees(".progress", "Ricevuto");
    }

    [Fact]
    public async Task The_order_page_follows_the_order_to_the_door_and_is_nobody_elses()
    {
        using var chef = await Guest.SignIn(system, "chef");
        using var driver = await Guest.SignIn(system, "driver");
        await using var visit = await browser.Visit(system, "customer");
        await using var stranger = await browser.Visit(system);
        await visit.Go("/");
        await visit.Page.Locator("#hawaiian button").ClickAsync();
        await visit.Go("/checkout");
        await visit.Page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await visit.Page.Locator("[name='Form.Address']").FillAsync("Via Roma 1");
        await visit.Page.Locator(".receipt button").ClickAsync();
        await visit.Page.WaitForURLAsync(Order());
        var id = new Uri(visit.Page.Url).Segments[^1];
        await visit.Page.EvaluateAsync("window.isTheSamePage = true");

        await visit.Sees(".progress .now", "Confirmed");
        await chef.UntilStarted(id, Soon);
        await visit.Sees(".progress .now", "Cooking");
        await visit.ShouldBeAccessible();
        await chef.MustPost($"/api/kitchen/tickets/{id}/ready");
        await visit.Sees(".progress .now", "Ready");
        await driver.MustPost($"/api/delivery/{id}/take");
        await visit.Sees(".progress .now", "On the way");
        await driver.MustPost($"/api/delivery/{id}/delivered");
        await visit.Sees("h1", "Enjoy your meal!");

        (await visit.Page.EvaluateAsync<bool>("window.isTheSamePage")).ShouldBeTrue();
        visit.ShouldBeWithoutComplaint();
        await stranger.SignUp($"guest-{Guid.NewGuid():N}"[..20]);
        (await stranger.Go($"/orders/{id}")).ShouldBe(404);
    }

    [Fact]
    public async Task Every_page_of_a_customer_can_be_used_by_everybody()
    {
        await using var visit = await browser.Visit(system);
        foreach (var path in new[] { "/signin", "/signup", "/cart" })
        {
            await visit.Go(path);
            await visit.ShouldBeAccessibleEverywhere();
        }

        await visit.SignUp($"guest-{Guid.NewGuid():N}"[..20]);
        await visit.Go("/");
        await visit.Page.Locator("#pepperoni button").ClickAsync();
        foreach (var path in new[] { "/", "/cart", "/checkout" })
        {
            await visit.Go(path);
            await visit.ShouldBeAccessibleEverywhere();
        }

        await visit.Page.Locator("[name='Form.Phone']").FillAsync("+39 055 123456");
        await visit.Page.Locator("[name='Form.Address']").FillAsync("Via Roma 1");
        await visit.Page.Locator(".receipt button").ClickAsync();
        await visit.Page.WaitForURLAsync(Order());
        foreach (var path in new[] { "/orders", "/profile", "/notifications" })
        {
            await visit.Go(path);
            await visit.ShouldBeAccessibleEverywhere();
        }

        visit.ShouldBeWithoutComplaint();
    }

    [GeneratedRegex("/orders/[0-9a-f]+$", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Order();
}
