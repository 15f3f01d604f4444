using System.Text.Json;
using System.Text.Json.Nodes;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>All text fields refuse the same characters, at the gateway and at the services.</summary>
public sealed class TextFieldTests(Pizzeria pizzeria) : IClassFixture<Pizzeria>
{
    private const string Order = """
        {"items":[{"pizzaId":"margherita","size":"medium","quantity":1}],
         "customer":{"name":"Ada","phone":"+1 555 0100","address":"1 Main St"},"fulfilment":"delivery","paymentMethod":"cash","notes":"Ring","doorNotes":"Left","allergyNote":"Kiwi"}
        """;

    private const string Account = """{"username":"ada","password":"correct horse","name":"Ada","address":"1 Main St"}""";
    private const string Recipe = """{"name":"Calzone","description":"Folded","basePrice":12.00,"toppings":[]}""";

    public static readonly TheoryData<string, string, string, string, string> Fields = new()
    {
        { "order", "POST", "/api/orders", Order, "customer.name" },
        { "order", "POST", "/api/orders", Order, "customer.address" },
        { "order", "POST", "/api/orders", Order, "notes" },
        { "order", "POST", "/api/orders", Order, "doorNotes" },
        { "order", "POST", "/api/orders", Order, "allergyNote" },
        { "order", "POST", "/api/orders/1/cancel", """{"reason":"Late"}""", "reason" },
        { "order", "POST", "/api/delivery/1/failed", """{"reason":"Nobody at home"}""", "reason" },
        { "order", "POST", "/api/auth/register", Account, "name" },
        { "order", "POST", "/api/auth/register", Account, "address" },
        { "order", "POST", "/api/auth/register", Account, "username" },
        { "order", "PUT", "/api/profile", """{"name":"Ada","address":"1 Main St"}""", "name" },
        { "order", "PUT", "/api/profile", """{"name":"Ada","address":"1 Main St"}""", "address" },
        { "menu", "POST", "/api/menu/pizzas", Recipe, "name" },
        { "menu", "POST", "/api/menu/pizzas", Recipe, "description" },
        { "menu", "PUT", "/api/menu/pizzas/margherita/availability", """{"available":false,"reason":"No flour"}""", "reason" },
        { "menu", "PUT", "/api/menu/toppings/anchovies/availability", """{"available":false,"reason":"No boat"}""", "reason" },
        { "kitchen", "PUT", "/api/kitchen/paused", """{"paused":false,"reason":"Cleaning"}""", "reason" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task A_text_that_shows_something_else_than_it_is_or_nothing_is_refused_and_the_field_named(
        string service,
        string method,
        string path,
        string body,
        string field
    )
    {
        foreach (var door in new[] { "gateway", service })
        {
            using var client = pizzeria.Client(door, "manager");
            foreach (var text in (string[])["a\u202Eb", "a\u2066b", "a\u2069", "a\u0007b", "a\u0000b", "a\u009Bb", "\u200B\u200E"])
            {
                var problem = await client.SendAsync(Request(method, path, body, field, text)).ProblemAsync(400, "validation");

                problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem(text).Name.ShouldBe(field);
            }
        }
    }

    private static HttpRequestMessage Request(string method, string path, string body, string field, string text)
    {
        var json = JsonNode.Parse(body)!;
        var parent = field.Split('.').SkipLast(1).Aggregate(json, (node, name) => node[name]!);
        parent[field.Split('.')[^1]] = text;
        return new(new HttpMethod(method), path)
        {
            Content = new StringContent(
                JsonSerializer.Serialize(json),
                new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")
            ),
        };
    }
}
