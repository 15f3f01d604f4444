using System.Collections.Concurrent;
using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Idempotency;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Menu and Order as a checkout sees them: prices that a test can change, and orders that keep their idempotency keys.</summary>
internal sealed class CheckoutServices
{
    private readonly ConcurrentDictionary<string, (string Body, Task<string> Order)> _byKey = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _orders = new(StringComparer.Ordinal);

    /// <summary>What a pizza is called, whatever its id.</summary>
    public string Name { get; set; } = "Margherita";

    /// <summary>What each pizza costs.</summary>
    public decimal Price { get; set; } = 16.89m;

    /// <summary>The toppings that belong to each pizza.</summary>
    public string[] Toppings { get; set; } = [];

    /// <summary>Added to each total.</summary>
    public decimal Fee { get; set; }

    /// <summary>Held up until it ends: an order that is being placed.</summary>
    public Task BeforeOrder { get; set; } = Task.CompletedTask;

    /// <summary>Refuses the next orders, before they are looked at.</summary>
    public Func<HttpContext, Task>? Refusal { get; set; }

    /// <summary>How many orders there are.</summary>
    public int Count => _orders.Count;

    /// <summary>The bodies of the calls that placed an order or tried to.</summary>
    public ConcurrentQueue<string> Bodies { get; } = [];

    /// <summary>A Menu service.</summary>
    public async Task Menu(HttpContext context)
    {
        if (context.Request.Path != "/api/menu/quote")
        {
            await Pizzeria.AnswerMenu(context);
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
        await Pizzeria.Json(
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

    /// <summary>An Order service.</summary>
    public async Task Order(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            var id = context.Request.Path.Value![(context.Request.Path.Value!.LastIndexOf('/') + 1)..];
            await (_orders.TryGetValue(id, out var found) ? Pizzeria.Json(context, found) : Pizzeria.NotFound(context));
            return;
        }

        if (context.Request.Path != "/api/orders")
        {
            await Pizzeria.NotFound(context);
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
            _orders[id] = AnOrder(id, body);
            placing.SetResult(id);
        }
        else if (first != body)
        {
            await Refuse(context, "idempotency-mismatch", StatusCodes.Status422UnprocessableEntity);
            return;
        }
        else if (!order.IsCompleted)
        {
            await Refuse(context, "idempotency-in-progress", StatusCodes.Status409Conflict);
            return;
        }

        await Pizzeria.Json(context, _orders[await order], StatusCodes.Status201Created);
    }

    /// <summary>Answers with a problem document.</summary>
    public static Task Refuse(HttpContext context, string slug, int status, string errors = "") =>
        Pizzeria.Json(
            context,
            $$"""{"type":"/problems/{{slug}}","title":"No","status":{{status}},{{errors}}"detail":"No.","traceId":"0"}""",
            status
        );

    private static string AnOrder(string id, string body)
    {
        var items = JsonDocument
            .Parse(body)
            .RootElement.GetProperty("items")
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
            {"id":"{{id}}","status":"confirmed","customer":{"id":"id-anna","name":"Anna","phone":"+39 055 123456","address":"Via Roma 1"},
             "items":{{JsonSerializer.Serialize(items)}},"total":33.78,"currency":"USD","fulfilment":"delivery","paymentMethod":"cash",
             "payment":{"status":"cash_due"},"placedAt":"2026-11-22T20:00:00Z","confirmedAt":"2026-11-22T20:00:01Z",
             "estimatedReadyAt":"2026-11-22T20:12:00Z","version":3}
            """;
    }
}
