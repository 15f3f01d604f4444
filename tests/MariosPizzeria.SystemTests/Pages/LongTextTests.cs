namespace MariosPizzeria.SystemTests.Pages;

/// <summary>Names of the maximum length, without a space, fit on every page.</summary>
[Collection(SystemCollection.Name)]
public sealed class LongTextTests(PizzeriaSystem system, Browser browser)
{
    private static readonly string Longest = new('W', 100);

    [Fact]
    public async Task No_page_is_wider_than_its_window_because_of_a_long_name()
    {
        using var manager = await Guest.SignInAsync(system, "manager");
        using var chef = await Guest.SignInAsync(system, "chef");
        var pizza = await AddedAsync(manager);
        try
        {
            var ids = new List<string>();
            foreach (var step in new[] { "", "start", "ready" })
            {
                var id = (await manager.MustPlaceAsync(AnOrder(pizza))).GetProperty("id").GetString()!;
                ids.Add(id);
                if (step.Length > 0)
                {
                    await chef.UntilStartedAsync(id);
                }

                if (step == "ready")
                {
                    await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
                    await manager.UntilStatusAsync(id, "ready");
                }
            }

            await using var visit = await browser.VisitAsync(system, "manager");
            await visit.GoAsync("/");
            await visit.Page.Locator($"#{pizza} .add-to-cart").ClickAsync();
            foreach (
                var path in new[]
                {
                    "/",
                    "/cart",
                    "/checkout",
                    "/orders",
                    $"/orders/{ids[0]}",
                    $"/orders/{ids[2]}",
                    "/kitchen",
                    "/delivery",
                    "/notifications",
                    "/profile",
                    "/management",
                    "/management/menu",
                    $"/management/pizza/{pizza}",
                    $"/system?order={ids[0]}",
                }
            )
            {
                await visit.GoAsync(path);
                await visit.ShouldFitAsync(360);
                await visit.ShouldFitAsync(1440);
            }

            await chef.MustPostAsync($"/api/kitchen/tickets/{ids[1]}/ready");
        }
        finally
        {
            (await manager.Http.DeleteAsync($"/api/menu/pizzas/{pizza}")).EnsureSuccessStatusCode();
        }
    }

    private static async Task<string> AddedAsync(Guest manager)
    {
        using var added = await manager.PostAsync(
            "/api/menu/pizzas",
            new { name = $"{Longest[..90]}{Guid.NewGuid():N}"[..100], basePrice = 9.99 }
        );
        var answer = await System.Text.Json.JsonDocument.ParseAsync(await added.Content.ReadAsStreamAsync());
        return answer.RootElement.GetProperty("id").GetString()!;
    }

    private static object AnOrder(string pizza) =>
        new
        {
            items = new[]
            {
                new
                {
                    pizzaId = pizza,
                    size = "large",
                    extraToppings = new[] { "basil" },
                    quantity = 20,
                },
            },
            customer = new
            {
                name = Longest,
                phone = "+39 055 1234567",
                address = $"{Longest}\nApt 2",
            },
            fulfilment = "delivery",
            paymentMethod = "cash",
            notes = Longest + Longest,
        };
}
