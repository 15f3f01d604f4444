using System.Collections.Concurrent;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Idempotency;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Stand-ins for Menu and Order at a checkout: prices that a test can change, orders that keep their idempotency keys.</summary>
internal sealed class CheckoutServices
{
    private readonly ConcurrentDictionary<string, (string Body, Task<string> Order)> _byKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _orders = new(StringComparer.Ordinal);
    private readonly ConcurrentStack<string> _listed = [];

    /// <summary>The name of every pizza, whatever its id.</summary>
    public string Name { get; set; } = "Margherita";

    /// <summary>The price of each pizza.</summary>
    public decimal Price { get; set; } = 16.89m;

    /// <summary>The toppings that belong to each pizza.</summary>
    public string[] Toppings { get; set; } = [];

    /// <summary>The fee that is added to each total.</summary>
    public decimal Fee { get; set; }

    /// <summary>A task that delays the placing of an order until it completes.</summary>
    public Task BeforeOrder { get; set; } = Task.CompletedTask;

    /// <summary>Refuses orders before they are processed, if set.</summary>
    public Func<HttpContext, Task>? Refusal { get; set; }

    /// <summary>The number of orders.</summary>
    public int Count => _orders.Count;

    /// <summary>The bodies of the requests that placed an order or tried to.</summary>
    public ConcurrentQueue<string> Bodies { get; } = [];

    /// <summary>Answers a request as a Menu service.</summary>
    public async Task MenuAsync(HttpContext context)
    {
        if (context.Request.Path != "/api/menu/quote")
        {
            await Pizzeria.AnswerMenuAsync(context);
            return;
        }

        var asked = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        var lines = asked
            .GetProperty("items")
            .EnumerateArray()
            .Select(item => new
            {
                pizzaId = item.GetProperty("pizzaId").GetString(),
                name = Name,
                size = item.GetProperty("size").GetString(),
                toppings = Toppings,
                extraToppings = item.GetProperty("extraToppings"),
                quantity = item.GetProperty("quantity").GetInt32(),
                unitPrice = Price,
                lineTotal = Price * item.GetProperty("quantity").GetInt32(),
                breakdown = new
                {
                    basePrice = Price,
                    multiplier = 1.0m,
                    sizedPrice = Price,
                    toppings = 0,
                    toppingPrice = 2.50m,
                    toppingsPrice = 0.00m,
                    unitPrice = Price,
                },
            })
            .ToList();
        await Pizzeria.JsonAsync(
            context,
            JsonSerializer.Serialize(
                new
                {
                    lines,
                    total = lines.Sum(line => line.lineTotal) + Fee,
                    currency = "USD",
                    estimatedReadyMinutes = 12,
                }
            )
        );
    }

    /// <summary>Answers a request as an Order service.</summary>
    public async Task OrderAsync(HttpContext context)
    {
        if (context.Request is { Method: "GET", Path.Value: "/api/orders" })
        {
            var items = string.Join(',', _listed);
            await Pizzeria.JsonAsync(
                context,
                $$"""{"items":[{{items}}],"page":1,"pageSize":10,"total":{{_listed.Count}},"totalCapped":false,"next":null}"""
            );
            return;
        }

        if (context.Request.Method == "GET")
        {
            var id = context.Request.Path.Value![(context.Request.Path.Value!.LastIndexOf('/') + 1)..];
            await (_orders.TryGetValue(id, out var found) ? Pizzeria.JsonAsync(context, found) : Pizzeria.NotFoundAsync(context));
            return;
        }

        var isGuest = context.Request.Path == "/api/guest/orders";
        if (context.Request.Path != "/api/orders" && !isGuest)
        {
            await Pizzeria.NotFoundAsync(context);
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Bodies.Enqueue(body);
        if (Refusal is { } refuse)
        {
            await refuse(context);
            return;
        }

        var placing = new TaskCompletionSource<string>();
        var key = context.Request.Headers[IdempotencyFilter.Header].ToString();
        var (first, order) = _byKey.GetOrAdd(key, (body, placing.Task));
        if (order == placing.Task)
        {
            await BeforeOrder;
            var id = IdempotentRequest.DocumentIdOf("id-anna", "POST", "/api/orders", key);
            _orders[id] = isGuest
                ? AnOrder(id, body).Replace("\"version\":3", $"\"version\":3,\"trackingToken\":\"{id}\"", StringComparison.Ordinal)
                : AnOrder(id, body);
            if (!isGuest)
            {
                _listed.Push(_orders[id]);
            }

            placing.SetResult(id);
        }
        else if (first != body)
        {
            await RefuseAsync(context, "idempotency-mismatch", StatusCodes.Status422UnprocessableEntity);
            return;
        }
        else if (!order.IsCompleted)
        {
            await RefuseAsync(context, "idempotency-in-progress", StatusCodes.Status409Conflict);
            return;
        }

        await Pizzeria.JsonAsync(context, _orders[await order], StatusCodes.Status201Created);
    }

    /// <summary>Answers with a problem document.</summary>
    public static Task RefuseAsync(HttpContext context, string slug, int status, string errors = "") =>
        Pizzeria.JsonAsync(
            context,
            $$"""{"type":"/problems/{{slug}}","title":"No","status":{{status}},{{errors}}"detail":"No.","traceId":"0"}""",
            status
        );

    private static string Text(JsonElement parent, string property) =>
        parent.TryGetProperty(property, out var value) ? value.GetRawText() : "null";

    private static string AnOrder(string id, string body)
    {
        var asked = JsonDocument.Parse(body).RootElement;
        var customer = asked.GetProperty("customer");
        var items = asked
            .GetProperty("items")
            .EnumerateArray()
            .Select(
                (item, at) =>
                    new
                    {
                        lineId = $"{at + 1}",
                        pizzaId = item.GetProperty("pizzaId").GetString(),
                        name = "Margherita",
                        size = item.GetProperty("size").GetString(),
                        toppings = Array.Empty<string>(),
                        extraToppings = item.GetProperty("extraToppings"),
                        quantity = item.GetProperty("quantity").GetInt32(),
                        unitPrice = 16.89m,
                        lineTotal = 16.89m,
                    }
            );
        return $$"""
            {"id":"{{id}}","status":"confirmed","customer":{"id":"id-anna","name":{{Text(customer, "name")}},
             "phone":{{Text(customer, "phone")}},"address":{{Text(customer, "address")}}},"doorNotes":{{Text(asked, "doorNotes")}},
             "items":{{JsonSerializer.Serialize(items)}},"total":33.78,"currency":"USD","fulfilment":"delivery","paymentMethod":"cash",
             "payment":{"status":"cash_due"},"placedAt":"2026-11-22T20:00:00Z","confirmedAt":"2026-11-22T20:00:01Z",
             "estimatedReadyAt":"2026-11-22T20:12:00Z","version":3}
            """;
    }
}
