using System.Globalization;
using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A manager looks at the figures, and at what runs, while the pizzeria works.</summary>
[Collection(SystemCollection.Name)]
public sealed class ManagementTests(PizzeriaSystem system, Browser browser)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task An_order_delivered_makes_the_managers_figures_rise_by_it()
    {
        await Settle();
        await using var visit = await browser.Visit(system, "manager");
        await visit.Go("/management");
        var (revenue, delivered) = (await Figure(visit, "revenue"), await Figure(visit, "delivered"));

        var id = await Deliver();

        await Shows(visit, "revenue", (revenue + 33.78m).ToString("$#,##0.00", CultureInfo.InvariantCulture));
        await Shows(visit, "delivered", (delivered + 1).ToString("#,##0", CultureInfo.InvariantCulture));

        await visit.Go($"/system?order={id}");
        await visit.Sees("#events", "Order delivered");
        await visit.Page.Locator("#explanation summary").ClickAsync();
        await visit.Sees("#explanation", "handled");
        await visit.Sees("#replicas", "gateway");
        foreach (var process in new[] { "menu", "order", "kitchen", "worker", "scheduler" })
        {
            await visit.Sees("#replicas", process);
            await visit.Sees($"[data-messages={process}] [data-figure=waiting]", "0");
        }

        visit.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_pizza_that_the_manager_marks_sold_out_is_sold_out_on_the_menu_with_the_reason()
    {
        await using var visit = await browser.Visit(system, "manager");
        var hawaiian = visit.Page.Locator("#hawaiian");
        await visit.Go("/management/menu");

        await hawaiian.Locator("input[name=reason]").FillAsync("No pineapple today");
        await hawaiian.Locator("button").ClickAsync();
        await visit.Sees(".toast", "Hawaiian is sold out");
        await visit.Go("/");
        await visit.Sees("#hawaiian", "No pineapple today");

        await visit.Go("/management/menu");
        await hawaiian.Locator("button").ClickAsync();
        await visit.Sees(".toast", "Hawaiian is back on sale");
    }

    [Fact]
    public async Task Every_page_of_a_manager_can_be_used_by_everybody()
    {
        await using var visit = await browser.Visit(system, "manager");
        foreach (var path in new[] { "/management/menu", "/management/pizza/margherita", "/system?order=none" })
        {
            await visit.Go(path);
            await visit.ShouldBeAccessibleEverywhere();
        }

        await visit.Go("/management?bucket=month");
        await visit.Page.Locator("#revenue-summary").ClickAsync();
        await visit.ShouldBeAccessibleEverywhere();
        visit.ShouldBeWithoutComplaint();
    }

    private async Task<string> Deliver()
    {
        using var customer = await Guest.SignIn(system, "customer");
        using var chef = await Guest.SignIn(system, "chef");
        using var driver = await Guest.SignIn(system, "driver");
        var id = (await customer.MustPlace(Guest.AnOrder(quantity: 2))).GetProperty("id").GetString()!;
        await chef.UntilStarted(id, Patience);
        await chef.MustPost($"/api/kitchen/tickets/{id}/ready");
        await customer.UntilStatus(id, "ready", Patience);
        await driver.MustPost($"/api/delivery/{id}/take");
        await driver.MustPost($"/api/delivery/{id}/delivered");
        return id;
    }

    // The figures follow the orders within seconds: those of earlier tests must not arrive during this one.
    private async Task Settle()
    {
        using var manager = await Guest.SignIn(system, "manager");
        await Eventually.Holds(
            async () =>
            {
                var sold = await manager
                    .AllOrders()
                    .Where(order => order.GetProperty("status").GetString() != "cancelled")
                    .Select(order => order.GetProperty("total").GetDecimal())
                    .SumAsync();
                var today = (await manager.Get("/api/reports/overview")).GetProperty("today");
                return today.GetProperty("revenue").GetDecimal() == sold;
            },
            Patience,
            "the figures have all orders"
        );
    }

    private static async Task<decimal> Figure(Visit visit, string name) =>
        decimal.Parse(
            await visit.Page.Locator($"[data-figure={name}]").InnerTextAsync(),
            NumberStyles.Currency,
            new CultureInfo("") { NumberFormat = { CurrencySymbol = "$" } }
        );

    // The worker counts a moment after the orders move.
    private static Task Shows(Visit visit, string name, string value) =>
        Assertions.Expect(visit.Page.Locator($"[data-figure={name}]")).ToHaveTextAsync(value, new() { Timeout = 20_000 });
}
