using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>Sixty orders at once: the tickets that a chef sees without scrolling, on a wall screen and on a tablet.</summary>
[Collection(SystemCollection.Name)]
public sealed class BusyEveningTests(PizzeriaSystem system, Browser browser)
{
    private const int Orders = 60;
    private const int PlacedAtOnce = 10;
    private const int HighestHeader = 64;
    private const int ReadyOnes = 4;

    private static readonly string[] Pizzas = ["margherita", "pepperoni", "hawaiian", "vegetarian", "bbq-chicken", "meat-lovers"];
    private static readonly string[] Sizes = ["small", "medium", "large"];

    // Counts the tickets that are entirely visible between the header and the strip of ready tickets.
    private const string WholeTickets = """
        selector => {
          const top = document.querySelector('.board-header').getBoundingClientRect().bottom;
          const bottom = document.querySelector('#ready').getBoundingClientRect().top;
          return [...document.querySelectorAll(selector)].filter((ticket) => {
            const { top: from, bottom: to, left, right } = ticket.getBoundingClientRect();
            return from >= top && to <= bottom && left >= 0 && right <= innerWidth;
          }).length;
        }
        """;

    [Fact]
    public async Task A_chef_sees_the_oven_eight_waiting_tickets_and_what_is_ready_without_scrolling()
    {
        using var guest = await Guest.SignInAsync(system, "customer");
        using var manager = await Guest.SignInAsync(system, "manager");
        var placed = new List<string>();
        await EmptyKitchenAsync(manager);
        try
        {
            foreach (var some in Enumerable.Range(0, Orders).Chunk(PlacedAtOnce))
            {
                placed.AddRange(
                    await Task.WhenAll(some.Select(async at => (await guest.MustPlaceAsync(AnOrder(at))).GetProperty("id").GetString()!))
                );
            }

            foreach (var id in placed.Take(ReadyOnes))
            {
                await manager.UntilStartedAsync(id);
                await manager.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
            }

            var capacity = (await manager.GetAsync("/api/kitchen/status")).GetProperty("capacity").GetInt32();
            foreach (var id in placed.Skip(ReadyOnes).Take(capacity))
            {
                await manager.UntilStartedAsync(id);
            }

            await manager.UntilTicketAsync(placed[^1], "queued");
            await using var chef = await browser.VisitAsync(system, "chef", width: 1440);
            await chef.GoAsync("/kitchen");

            (await HeaderHeightAsync(chef)).ShouldBeLessThanOrEqualTo(HighestHeader);
            (await chef.Page.EvaluateAsync<int>(WholeTickets, "#queued [data-ticket]")).ShouldBeGreaterThanOrEqualTo(8);
            (await chef.Page.EvaluateAsync<int>(WholeTickets, "#cooking [data-ticket]")).ShouldBeGreaterThanOrEqualTo(
                Math.Min(capacity, 3)
            );
            await Assertions.Expect(chef.Page.Locator("#ready [data-ticket]").First).ToBeInViewportAsync();
            await Assertions
                .Expect(chef.Page.Locator($"#move-{placed[^1]}"))
                .ToContainTextAsync("The oven is full", new() { UseInnerText = true });
            await chef.ShouldBeAccessibleAsync();

            await chef.Page.SetViewportSizeAsync(768, 1024);
            (await HeaderHeightAsync(chef)).ShouldBeLessThanOrEqualTo(HighestHeader);
            (await chef.Page.EvaluateAsync<int>(WholeTickets, "#queued [data-ticket]")).ShouldBeGreaterThanOrEqualTo(4);
            (await chef.Page.EvaluateAsync<int>(WholeTickets, "#cooking [data-ticket]")).ShouldBeGreaterThanOrEqualTo(1);
            await chef.ShouldBeAccessibleAsync();
            foreach (var width in new[] { 360, 768, 1024, 1920 })
            {
                await chef.ShouldFitAsync(width);
            }

            chef.ShouldBeWithoutComplaint();
        }
        finally
        {
            foreach (var id in placed)
            {
                await FinishAsync(manager, id);
            }
        }
    }

    [Fact]
    public async Task Only_the_ticket_that_changed_is_replaced_and_a_fresh_page_is_not_fetched_again()
    {
        using var guest = await Guest.SignInAsync(system, "customer");
        using var cook = await Guest.SignInAsync(system, "chef");
        using var manager = await Guest.SignInAsync(system, "manager");
        var moved = (await guest.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        var other = (await guest.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        await cook.UntilTicketAsync(moved, "queued");
        await cook.UntilTicketAsync(other, "queued");
        await using var chef = await browser.VisitAsync(system, "chef");
        var fetched = 0;
        chef.Page.Request += (_, request) => fetched += request.Headers.ContainsKey("x-live") ? 1 : 0;
        await chef.GoAsync("/kitchen");
        await chef.Page.EvaluateAsync("id => { document.querySelector(`[data-ticket='${id}']`).isTheSame = true; }", other);

        await cook.MustPostAsync($"/api/kitchen/tickets/{moved}/start");
        await Assertions.Expect(chef.Page.Locator($"#cooking [data-ticket='{moved}']")).ToHaveCountAsync(1);

        (
            await chef.Page.EvaluateAsync<bool>("id => document.querySelector(`[data-ticket='${id}']`).isTheSame === true", other)
        ).ShouldBeTrue();
        fetched.ShouldBe(1);
        await FinishAsync(manager, moved);
        await FinishAsync(manager, other);
    }

    private static Task<double> HeaderHeightAsync(Visit visit) =>
        visit.Page.EvaluateAsync<double>("document.querySelector('.board-header').getBoundingClientRect().height");

    // Other tests leave tickets, some of them with long texts.
    private static Task EmptyKitchenAsync(Guest manager) =>
        Eventually.HoldsAsync(
            async () =>
            {
                var tickets = (await manager.GetAsync("/api/kitchen/tickets")).GetProperty("items").EnumerateArray().ToList();
                foreach (var ticket in tickets)
                {
                    var order = ticket.GetProperty("orderId").GetString();
                    (await manager.PostAsync($"/api/orders/{order}/cancel", new { reason = "The evening begins" })).Dispose();
                }

                return tickets.Count == 0;
            },
            "the kitchen has no tickets"
        );

    // The next test may check the kitchen.
    private static async Task FinishAsync(Guest manager, string id)
    {
        using var cancelled = await manager.PostAsync($"/api/orders/{id}/cancel", new { reason = "The evening is over" });
        if (cancelled.IsSuccessStatusCode)
        {
            return;
        }

        (await manager.PostAsync($"/api/kitchen/tickets/{id}/ready")).Dispose();
        await manager.UntilStatusAsync(id, "ready");
        (await manager.PostAsync($"/api/delivery/{id}/take")).Dispose();
        await manager.MustPostAsync($"/api/delivery/{id}/delivered");
    }

    private static object AnOrder(int at) =>
        new
        {
            items = Enumerable
                .Range(0, 1 + at % 3)
                .Select(line => new
                {
                    pizzaId = Pizzas[(at + line * 2) % Pizzas.Length],
                    size = Sizes[(at + line) % Sizes.Length],
                    extraToppings = (at + line) % 3 == 0 ? new[] { "basil", "extra-cheese" } : [],
                    quantity = 1 + at % 2,
                }),
            customer = new
            {
                name = "Giulia Rossi",
                phone = "+39 055 1234567",
                address = "Via Roma 1",
            },
            fulfilment = at % 3 == 0 ? "pickup" : "delivery",
            paymentMethod = "cash",
            notes = at % 5 == 2 ? "Severe nut allergy" : null,
        };
}
