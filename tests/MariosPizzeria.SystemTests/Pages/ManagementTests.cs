using System.Globalization;
using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A manager views the figures and the running processes while the pizzeria works.</summary>
[Collection(SystemCollection.Name)]
public sealed class ManagementTests(PizzeriaSystem system, Browser browser)
{
    [Fact]
    public async Task An_order_delivered_makes_the_managers_figures_rise_by_it()
    {
        await SettleAsync();
        await using var visit = await browser.VisitAsync(system, "manager");
        await visit.GoAsync("/management");
        var (revenue, delivered) = (await FigureAsync(visit, "revenue"), await FigureAsync(visit, "delivered"));

        var id = await DeliverAsync();

        await ShowsAsync(visit, "revenue", (revenue + 33.78m).ToString("$#,##0.00", CultureInfo.InvariantCulture));
        await ShowsAsync(visit, "delivered", (delivered + 1).ToString("#,##0", CultureInfo.InvariantCulture));

        await visit.GoAsync($"/system?order={id}");
        await visit.SeesAsync("#events", "Order delivered");
        await visit.Page.Locator("#explanation summary").ClickAsync();
        await visit.SeesAsync("#explanation", "handled");
        await visit.SeesAsync("#replicas", "gateway");
        foreach (var process in new[] { "menu", "order", "kitchen", "worker", "scheduler" })
        {
            await visit.SeesAsync("#replicas", process);
            await visit.SeesAsync($"[data-messages={process}] [data-figure=waiting]", "0");
        }

        visit.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_pizza_that_the_manager_marks_sold_out_is_sold_out_on_the_menu_with_the_reason()
    {
        await using var visit = await browser.VisitAsync(system, "manager");
        var hawaiian = visit.Page.Locator("#hawaiian");
        await visit.GoAsync("/management/menu");

        await hawaiian.Locator("input[name=reason]").FillAsync("No pineapple today");
        await visit.Page.Locator("#availability-hawaiian").ClickAsync();
        await visit.SeesAsync(".toast", "Hawaiian is sold out");
        await visit.GoAsync("/");
        await visit.SeesAsync("#hawaiian", "No pineapple today");

        await visit.GoAsync("/management/menu");
        await visit.Page.Locator("#availability-hawaiian").ClickAsync();
        await visit.SeesAsync(".toast", "Hawaiian is back on sale");
    }

    [Fact]
    public async Task Every_page_of_a_manager_can_be_used_by_everybody()
    {
        await using var visit = await browser.VisitAsync(system, "manager");
        foreach (var path in new[] { "/management/menu", "/management/pizza/margherita", "/management/day", "/system?order=none" })
        {
            await visit.GoAsync(path);
            await visit.ShouldBeAccessibleEverywhereAsync();
        }

        await visit.GoAsync("/management?bucket=month");
        await visit.Page.Locator("#revenue-summary").ClickAsync();
        await visit.ShouldBeAccessibleEverywhereAsync();
        visit.ShouldBeWithoutComplaint();
    }

    private async Task<string> DeliverAsync()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        using var chef = await Guest.SignInAsync(system, "chef");
        using var driver = await Guest.SignInAsync(system, "driver");
        var id = (await customer.MustPlaceAsync(Guest.AnOrder(quantity: 2))).GetProperty("id").GetString()!;
        await chef.UntilStartedAsync(id);
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
        await customer.UntilStatusAsync(id, "ready");
        await driver.MustPostAsync($"/api/delivery/{id}/take");
        await driver.MustPostAsync($"/api/delivery/{id}/delivered");
        return id;
    }

    // The figures follow the orders within seconds: changes of earlier tests must not arrive during this one.
    private async Task SettleAsync()
    {
        using var manager = await Guest.SignInAsync(system, "manager");
        await Eventually.HoldsAsync(
            async () =>
            {
                var sold = await manager
                    .AllOrders()
                    .Where(order => order.GetProperty("status").GetString() != "cancelled")
                    .Select(order => order.GetProperty("total").GetDecimal())
                    .SumAsync();
                var today = (await manager.GetAsync("/api/reports/overview")).GetProperty("today");
                return today.GetProperty("revenue").GetDecimal() == sold;
            },
            "the figures have all orders"
        );
    }

    private static async Task<decimal> FigureAsync(Visit visit, string name) =>
        decimal.Parse(
            await visit.Page.Locator($"[data-figure={name}]").InnerTextAsync(),
            NumberStyles.Currency,
            new CultureInfo("") { NumberFormat = { CurrencySymbol = "$" } }
        );

    // The worker counts a moment after an order has changed.
    private static Task ShowsAsync(Visit visit, string name, string value) =>
        Assertions.Expect(visit.Page.Locator($"[data-figure={name}]")).ToHaveTextAsync(value);

    [Theory]
    [InlineData("en-US")]
    [InlineData("it-IT")]
    public async Task The_top_of_the_page_is_one_row_on_a_laptop(string language)
    {
        await using var visit = await browser.VisitAsync(system, "manager", width: 1280, language: language);
        await visit.GoAsync("/management");
        await visit.Page.EvaluateAsync("Object.assign(document.querySelector('[data-unread]'), { hidden: false, textContent: '12' })");

        foreach (var width in new[] { 1280, 1440 })
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            var height = await visit.Page.EvaluateAsync<double>(
                "document.querySelector('.site-header > .wide').getBoundingClientRect().height"
            );
            height.ShouldBeLessThan(80, $"{width} px");
        }
    }
}
