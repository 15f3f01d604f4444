using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A manager's evening: figures, search of an order by number, settings, and the close of day.</summary>
[Collection(SystemCollection.Name)]
public sealed class ManagerTests(PizzeriaSystem system, Browser browser)
{
    // Covers a publication, and a poll of the other replicas at most every 250 ms; the kitchen's sweep would take five seconds.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Money_comes_first_follows_by_itself_and_can_be_had_as_a_table_and_on_paper()
    {
        await using var visit = await browser.VisitAsync(system);
        await visit.GoAsync("/signin");
        await visit.Page.Locator("input[name=username]").FillAsync("manager");
        await visit.Page.Locator("input[name=password]").FillAsync("test");
        await visit.Page.Locator("main button").ClickAsync();
        await visit.ArriveAsync("/management$");
        var cash = await MoneyAsync(visit, "cash");

        var order = await DeliveredAsync();

        await Assertions
            .Expect(visit.Page.Locator("#takings [data-money=cash]"))
            .ToHaveTextAsync((cash + 16.89m).ToString("$#,##0.00", CultureInfo.InvariantCulture));
        var download = await visit.Page.RunAndWaitForDownloadAsync(() =>
            visit.Page.Locator("#takings ~ .actions a[download]").ClickAsync()
        );
        var table = await File.ReadAllLinesAsync(await download.PathAsync());
        download.SuggestedFilename.ShouldStartWith("orders-");
        table[0].ShouldStartWith("day,number,id,status,");
        table.ShouldContain(row => row.Contains($"\"{order.GetProperty("id").GetString()}\",\"delivered\"", StringComparison.Ordinal));

        await visit.Page.Locator("a[href^='/management/day']").ClickAsync();
        await visit.SeesAsync(".day", "Cash in the till");
        await visit.ShouldBeAccessibleEverywhereAsync();
        await visit.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(visit.Page.Locator(".site-header")).ToBeHiddenAsync();
        await Assertions.Expect(visit.Page.Locator(".day .actions")).ToBeHiddenAsync();
        await Assertions.Expect(visit.Page.Locator(".day [data-money=net]")).ToBeVisibleAsync();
        visit.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task An_order_is_found_by_number_name_and_phone_from_every_page_of_staff_and_its_story_is_one_press_away()
    {
        var order = await DeliveredAsync();
        var id = order.GetProperty("id").GetString();
        await using var visit = await browser.VisitAsync(system, "manager");
        foreach (
            var (path, words) in new[]
            {
                ("/management", $"{order.GetProperty("number").GetInt32()}"),
                ("/system", "giulia"),
                ("/delivery", "234567"),
                ("/kitchen", $"#{order.GetProperty("number").GetInt32()}"),
            }
        )
        {
            await visit.GoAsync(path);
            if (path == "/kitchen")
            {
                await visit.Page.Locator("#search summary").ClickAsync();
                await Assertions.Expect(visit.Page.Locator("#search input")).ToBeFocusedAsync();
            }

            await visit.Page.Locator("[role=search] input").FillAsync(words);
            await visit.Page.Keyboard.PressAsync("Enter");
            await visit.Page.Locator($"a[href='/orders/{id}#story']").ClickAsync();
            await visit.SeesAsync("#events", "Order delivered");
        }

        await visit.ShouldBeAccessibleEverywhereAsync();
        visit.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task Busy_minutes_count_with_the_next_quote_and_a_pause_is_set_beside_them()
    {
        await using var visit = await browser.VisitAsync(system, "manager");
        var before = await QuotedAsync();

        await Set("extraMinutes", "45", "The busy minutes are set.");

        await Eventually.HoldsAsync(async () => await QuotedAsync() >= before + 45, "the next quote has the busy minutes", AtOnce);
        await Set("extraMinutes", "0", "The busy minutes are set.");
        await Set("reason", "The oven is cold", "The kitchen takes no new orders.");
        await visit.SeesAsync("#kitchen", "The oven is cold");
        await visit.ShouldBeAccessibleAsync();
        await visit.Page.Locator("#kitchen form[action*=resume] button").ClickAsync();
        await visit.SeesAsync("#kitchen", "It takes orders.");
        await Eventually.HoldsAsync(async () => await QuotedAsync() < before + 45, "the minutes are gone again", AtOnce);

        async Task Set(string field, string value, string told)
        {
            await visit.GoAsync("/management");
            await visit.Page.Locator($"#kitchen input[name={field}]").FillAsync(value);
            await visit.Page.Locator($"#kitchen form:has(input[name={field}]) button").ClickAsync();
            await visit.SeesAsync(".toast", told);
        }
    }

    [Fact]
    public async Task Price_and_sold_out_are_set_in_the_list_which_stays_where_it_is()
    {
        await using var visit = await browser.VisitAsync(system, "manager", width: 390);
        await visit.GoAsync("/management/menu");
        await visit.Page.EvaluateAsync("window.isTheSamePage = true");
        await visit.Page.Locator("#price-meat-lovers").ScrollIntoViewIfNeededAsync();
        var place = await Place();

        await Save("17,49");
        await visit.SeesAsync(".toast", "Meat Lovers costs $17.49 now");
        await Save("cheap");
        await visit.SeesAsync("#meat-lovers", "An amount from 0.01 to 999.99");
        await Save("16.99");
        await visit.SeesAsync(".toast", "Meat Lovers costs $16.99 now");
        await visit.Page.Locator("#availability-meat-lovers").ClickAsync();
        await visit.SeesAsync(".toast", "Meat Lovers is sold out");
        await visit.Page.Locator("#availability-meat-lovers").ClickAsync();
        await visit.SeesAsync(".toast", "Meat Lovers is back on sale");

        (await visit.Page.EvaluateAsync<bool>("window.isTheSamePage === true")).ShouldBeTrue();
        (await Place()).ShouldBe(place, 150, "it did not jump");
        await visit.ShouldBeAccessibleAsync();
        visit.ShouldBeWithoutComplaint();

        Task<double> Place() => visit.Page.EvaluateAsync<double>("document.getElementById('meat-lovers').getBoundingClientRect().top");

        async Task Save(string price)
        {
            await visit.Page.Locator("#price-meat-lovers").FillAsync(price);
            await visit.Page.Locator("#set-price-meat-lovers").ClickAsync();
        }
    }

    private static async Task<decimal> MoneyAsync(Visit visit, string name) =>
        decimal.Parse(
            await visit.Page.Locator($"#takings [data-money={name}]").InnerTextAsync(),
            NumberStyles.Currency,
            new CultureInfo("") { NumberFormat = { CurrencySymbol = "$" } }
        );

    private async Task<int> QuotedAsync()
    {
        using var guest = Guest.Anonymous(system);
        using var answer = await guest.Http.PostAsJsonAsync(
            "/api/menu/quote",
            new
            {
                items = new[]
                {
                    new
                    {
                        pizzaId = "margherita",
                        size = "medium",
                        quantity = 1,
                    },
                },
            }
        );
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("estimatedReadyMinutes").GetInt32();
    }

    private async Task<JsonElement> DeliveredAsync()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        using var chef = await Guest.SignInAsync(system, "chef");
        using var driver = await Guest.SignInAsync(system, "driver");
        var order = await customer.MustPlaceAsync(Guest.AnOrder());
        var id = order.GetProperty("id").GetString()!;
        await chef.UntilStartedAsync(id);
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
        await customer.UntilStatusAsync(id, "ready");
        await driver.MustPostAsync($"/api/delivery/{id}/take");
        await driver.MustPostAsync($"/api/delivery/{id}/delivered");
        return order;
    }
}
