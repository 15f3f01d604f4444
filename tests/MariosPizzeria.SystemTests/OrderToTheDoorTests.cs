using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>The main use case, through the gateway.</summary>
[Collection(SystemCollection.Name)]
public sealed class OrderToTheDoorTests(PizzeriaSystem system)
{
    // Contract §2 promises one second for each step. The tests allow five times as much, because they share two cores with whatever else
    // runs on the machine; the benchmark measures an idle machine.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task The_menu_shows_the_seeded_pizzas_with_the_price_of_every_size()
    {
        using var guest = Guest.Anonymous(system);

        var menu = await guest.GetAsync("/api/menu");

        var margherita = menu.GetProperty("pizzas").EnumerateArray().Single(pizza => pizza.GetProperty("id").GetString() == "margherita");
        margherita.GetProperty("prices").GetProperty("small").GetRawText().ShouldBe("12.99");
        margherita.GetProperty("prices").GetProperty("medium").GetRawText().ShouldBe("16.89");
        margherita.GetProperty("prices").GetProperty("large").GetRawText().ShouldBe("20.78");
        menu.GetProperty("pizzas").GetArrayLength().ShouldBe(6);
    }

    [Fact]
    public async Task An_order_goes_from_the_gateway_to_the_door()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        using var chef = await Guest.SignInAsync(system, "chef");
        using var driver = await Guest.SignInAsync(system, "driver");

        var placed = await customer.MustPlaceAsync(Guest.AnOrder(quantity: 2));
        var id = placed.GetProperty("id").GetString()!;
        placed.GetProperty("status").GetString().ShouldBe("confirmed");
        placed.GetProperty("total").GetRawText().ShouldBe("33.78");
        placed.GetProperty("payment").GetProperty("status").GetString().ShouldBe("cash_due");

        await chef.UntilTicketAsync(id, "queued", Soon);
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/start");
        await customer.UntilStatusAsync(id, "cooking");
        await chef.MustPostAsync($"/api/kitchen/tickets/{id}/ready");
        await customer.UntilStatusAsync(id, "ready");
        await driver.MustPostAsync($"/api/delivery/{id}/take");
        await driver.MustPostAsync($"/api/delivery/{id}/delivered");

        var delivered = await customer.UntilStatusAsync(id, "delivered", Soon);
        delivered.GetProperty("chef").GetString().ShouldNotBeNullOrEmpty();
        delivered.GetProperty("driver").GetString().ShouldNotBeNullOrEmpty();
        var story = (await customer.GetAsync($"/api/orders/{id}/timeline"))
            .GetProperty("events")
            .EnumerateArray()
            .Select(e => e.GetProperty("type").GetString());
        story.ShouldBe(["OrderPlaced", "OrderConfirmed", "CookingStarted", "OrderReady", "DeliveryStarted", "OrderDelivered"]);
    }

    [Fact]
    public async Task A_card_is_charged_by_the_payment_provider()
    {
        using var customer = await Guest.SignInAsync(system, "customer");

        var placed = await customer.MustPlaceAsync(Guest.AnOrder("credit_card", "tok_ok"));

        var confirmed = await customer.UntilStatusAsync(placed.GetProperty("id").GetString()!, "confirmed");
        confirmed.GetProperty("payment").GetProperty("status").GetString().ShouldBe("paid");
    }

    [Fact]
    public async Task A_declined_card_cancels_the_order()
    {
        using var customer = await Guest.SignInAsync(system, "customer");

        var placed = await customer.MustPlaceAsync(Guest.AnOrder("credit_card", "tok_declined"));

        var cancelled = await customer.UntilStatusAsync(placed.GetProperty("id").GetString()!, "cancelled");
        cancelled.GetProperty("payment").GetProperty("status").GetString().ShouldBe("declined");
    }

    [Fact]
    public async Task An_order_may_be_cancelled_until_it_cooks()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        using var chef = await Guest.SignInAsync(system, "chef");
        var early = (await customer.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        var late = (await customer.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        await chef.UntilTicketAsync(early, "queued");
        await chef.UntilTicketAsync(late, "queued");
        await chef.MustPostAsync($"/api/kitchen/tickets/{late}/start");

        await customer.MustPostAsync($"/api/orders/{early}/cancel", new { reason = "changed my mind" });
        using var refused = await customer.PostAsync($"/api/orders/{late}/cancel", new { reason = "changed my mind" });

        (await customer.GetAsync($"/api/orders/{early}")).GetProperty("status").GetString().ShouldBe("cancelled");
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await ShouldBeProblemAsync(refused, "illegal-transition");
        using var start = await chef.PostAsync($"/api/kitchen/tickets/{early}/start");
        start.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await chef.MustPostAsync($"/api/kitchen/tickets/{late}/ready");
    }

    [Fact]
    public async Task Nobody_is_let_in_without_the_right_role()
    {
        using var nobody = Guest.Anonymous(system);
        using var driver = await Guest.SignInAsync(system, "driver");

        using var anonymous = await nobody.PlaceAsync(Guest.AnOrder());
        using var wrongRole = await driver.PlaceAsync(Guest.AnOrder());

        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await ShouldBeProblemAsync(anonymous, "unauthenticated");
        wrongRole.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await ShouldBeProblemAsync(wrongRole, "forbidden");
    }

    [Fact]
    public async Task Another_customers_order_is_not_to_be_found()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        var id = (await customer.MustPlaceAsync(Guest.AnOrder())).GetProperty("id").GetString()!;
        var username = "guest-" + Guid.NewGuid().ToString("N")[..8];
        using var nobody = Guest.Anonymous(system);
        using var registered = await nobody.PostAsync(
            "/api/auth/register",
            new
            {
                username,
                password = "a long enough password",
                name = "Marta",
                email = "marta@example.com",
                phone = "+39 055 7654321",
                address = "Via Milano 2",
            }
        );
        registered.StatusCode.ShouldBe(HttpStatusCode.Created, await registered.Content.ReadAsStringAsync());
        using var other = await Guest.SignInAsync(system, username, "a long enough password");

        using var answer = await other.Http.GetAsync($"/api/orders/{id}");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await ShouldBeProblemAsync(answer, "not-found");
    }

    [Fact]
    public async Task Placing_the_same_order_many_times_at_once_with_one_key_makes_one_order()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        var key = Guid.NewGuid().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => customer.PlaceAsync(Guest.AnOrder(), key)));
        using var replayed = await customer.PlaceAsync(Guest.AnOrder(), key);
        using var mismatch = await customer.PlaceAsync(Guest.AnOrder(quantity: 3), key);

        var ids = new HashSet<string>();
        foreach (var answer in answers)
        {
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.Conflict);
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                ids.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
            }

            answer.Dispose();
        }

        ids.Count.ShouldBe(1);
        replayed.StatusCode.ShouldBe(HttpStatusCode.Created);
        replayed.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        mismatch.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        await ShouldBeProblemAsync(mismatch, "idempotency-mismatch");
    }

    internal static async Task ShouldBeProblemAsync(HttpResponseMessage answer, string slug)
    {
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("type").GetString().ShouldBe($"/problems/{slug}");
        problem.GetProperty("status").GetInt32().ShouldBe((int)answer.StatusCode);
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
    }
}
