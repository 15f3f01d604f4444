using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Tests.Foundation;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Tests.Kitchen;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The scope of an Idempotency-Key does not depend on the spelling of the request's path.</summary>
public sealed class IdempotencyScopeTests(Pizzeria pizzeria) : IClassFixture<Pizzeria>
{
    public static readonly TheoryData<string> Spellings =
    [
        "/api/orders/",
        "/api/Orders",
        "/API/ORDERS/",
        "/api/%6Frders",
        "/%61pi/orders",
        "/api/orders?source=retry",
        "/api/orders//",
        "/api//orders",
        "//api/orders",
        "/api/./orders",
        "/api/x/../orders",
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task One_key_makes_one_order_however_the_path_is_spelled(string spelling)
    {
        foreach (var door in new[] { "gateway", "order" })
        {
            var key = Guid.NewGuid().ToString("N");
            using var client = pizzeria.Client(door, "customer");

            var first = await PlaceAsync(client, "/api/orders", key).JsonAsync(201);
            using var second = await PlaceAsync(client, spelling, key);

            // A spelling that matches no endpoint places no order either.
            if (second.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
            {
                second.StatusCode.ShouldBe(HttpStatusCode.Created);
                second.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
                (await second.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString().ShouldBe(Id(first));
            }
        }
    }

    [Fact]
    public async Task The_key_of_a_step_belongs_to_its_order_however_the_path_is_spelled()
    {
        await using var kitchen = new KitchenFactory();
        await kitchen.QueueAsync("order-a", "order-A");
        var chef = kitchen.As(Roles.Chef);
        chef.DefaultRequestHeaders.Add("Idempotency-Key", "start-1");

        var first = await chef.PostAsync("/api/kitchen/tickets/order-a/start").JsonAsync();
        var again = await chef.PostAsync("/api/Kitchen/tickets/order%2Da/Start/").JsonAsync();
        var other = await chef.PostAsync("/api/kitchen/tickets/order-A/start").JsonAsync();

        again.GetRawText().ShouldBe(first.GetRawText());
        other.GetProperty("orderId").GetString().ShouldBe("order-A");
    }

    [Fact]
    public async Task A_key_that_an_earlier_release_knows_is_known_to_this_one()
    {
        await using var service = new OrderFactory();
        var customer = service.As("customer");
        customer.DefaultRequestHeaders.Add("Idempotency-Key", "key-1");

        var order = await customer.PostAsync("/api/orders/", OrderFactory.Request()).JsonAsync(201);

        // SHA-256 of user, method, path and key, in the stored form.
        var scope = System.Security.Cryptography.SHA256.HashData("customer-1\nPOST\n/api/orders\nkey-1"u8);
        Id(order).ShouldBe(Convert.ToHexStringLower(scope)[..32]);
    }

    [Fact]
    public async Task An_orders_id_is_the_one_that_its_client_derives_from_the_key()
    {
        await using var service = new OrderFactory();
        var customer = service.As("customer");
        customer.DefaultRequestHeaders.Add("Idempotency-Key", "cart-1");

        var order = await customer.PostAsync("/api/orders", OrderFactory.Request()).JsonAsync(201);

        Id(order).ShouldBe(IdempotentRequest.DocumentIdOf("customer-1", "POST", "/api/orders", "cart-1"));
    }

    [Fact]
    public async Task Two_keys_are_400()
    {
        foreach (var door in new[] { "gateway", "order" })
        {
            using var client = pizzeria.Client(door, "customer");
            foreach (var second in new[] { "two", "one" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders")
                {
                    Content = JsonContent.Create(OrderFactory.Request(), options: PizzeriaJson.Options),
                };

                // HttpClient would send both keys in one line.
                var lines = await Raw.PostAsync(
                    pizzeria.Addresses[door],
                    "/api/orders",
                    await request.Content.ReadAsStringAsync(),
                    $"Authorization: {client.DefaultRequestHeaders.Authorization}",
                    "Idempotency-Key: one",
                    $"Idempotency-Key: {second}"
                );

                lines.ShouldStartWith("HTTP/1.1 400 ");
                lines.ShouldContain("/problems/validation");
                lines.ShouldContain("Idempotency-Key");
            }
        }
    }

    private static string Id(JsonElement order) => order.GetProperty("id").GetString()!;

    private static Task<HttpResponseMessage> PlaceAsync(HttpClient client, string path, string key) =>
        client.SendAsync(
            new HttpRequestMessage(
                HttpMethod.Post,
                new Uri(
                    client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path,
                    new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
                )
            )
            {
                Content = JsonContent.Create(OrderFactory.Request(), options: PizzeriaJson.Options),
                Headers = { { "Idempotency-Key", key } },
            }
        );
}
