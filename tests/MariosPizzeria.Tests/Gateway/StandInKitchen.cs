using System.Globalization;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Idempotency;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Two tickets wait (one is late), one cooks, one is ready; a test sets the answer to moves.</summary>
internal sealed class StandInKitchen
{
    private readonly List<string> _moves = [];
    private (string Slug, int Status)? _refusal;

    public bool Paused { get; set; }

    /// <summary>The minutes that the manager adds to each promise.</summary>
    public int ExtraMinutes { get; set; }

    /// <summary>The number of tickets that are cooking; the capacity is two.</summary>
    public int Cooking { get; set; } = 1;

    /// <summary>The number of tickets on one page of the list.</summary>
    public int TicketsAPage { get; set; } = 200;

    /// <summary>The path and the idempotency key of each move.</summary>
    public IReadOnlyList<string> Moves => _moves;

    public void Refuse(string slug, int status) => _refusal = (slug, status);

    public Task AnswerAsync(HttpContext context) =>
        (context.Request.Method, context.Request.Path.Value) switch
        {
            ("GET", "/api/kitchen/status") => Pizzeria.JsonAsync(context, Status()),
            ("GET", "/api/shop") => Pizzeria.JsonAsync(context, Shop()),
            ("GET", "/api/kitchen/tickets") => Pizzeria.JsonAsync(context, Tickets(context.Request.Query["after"])),
            _ => MoveAsync(context),
        };

    private Task MoveAsync(HttpContext context)
    {
        if (_refusal is { } refusal)
        {
            return Pizzeria.JsonAsync(
                context,
                $$"""{"type":"/problems/{{refusal.Slug}}","title":"No","status":{{refusal.Status}},"detail":"No.","traceId":"0"}""",
                refusal.Status
            );
        }

        _moves.Add($"{context.Request.Path} {context.Request.Headers[IdempotencyFilter.Header]}");
        return Pizzeria.JsonAsync(context, Ticket("00a1ff-order", "cooking", "Margherita", "medium", 1, minutesLeft: 5, notes: null));
    }

    private string Status() =>
        $$"""
            {"capacity":2,"cooking":{{Cooking}},"queued":2,"ready":1,"averageCookMinutes":8.5,"paused":{{(Paused ? "true" : "false")}},
             "reason":{{(Paused ? "\"Out of dough\"" : "null")}}}
            """;

    private string Shop() =>
        $$"""
            {"open":true,"acceptingOrders":true,"timeZone":"UTC","currency":"USD","minutes":{"pickup":15,"delivery":30},"hours":[],
             "extraMinutes":{{ExtraMinutes}},"deliveryFee":0,"minimumOrder":0,"deliveryArea":[]}
            """;

    private string Tickets(string? after)
    {
        string[] all =
        [
            Ticket("00a1ff-order", "queued", "Margherita", "medium", 4, minutesLeft: -2.5, notes: "no <nuts>, allergic"),
            Ticket("00a2ff-order", "queued", "Margherita", "large", 1, minutesLeft: 19.5, notes: null),
            Ticket("00b1ff-order", "cooking", "Margherita", "medium", 1, minutesLeft: 3, notes: "It is a birthday"),
            Ticket("00c1ff-order", "ready", "Hawaiian", "small", 1, minutesLeft: 3, notes: null),
        ];
        var first = after is null ? 0 : int.Parse(after, CultureInfo.InvariantCulture);
        var end = Math.Min(first + TicketsAPage, all.Length);
        return $$"""{"items":[{{string.Join(',', all[first..end])}}],"next":{{(end < all.Length ? $"\"{end}\"" : "null")}}}""";
    }

    private static string Ticket(string id, string state, string pizza, string size, int quantity, double minutesLeft, string? notes) =>
        $$"""
            {"orderId":"{{id}}","state":"{{state}}","items":[{"lineId":"1","pizzaId":"p","name":"{{pizza}}","size":"{{size}}",
             "toppings":["mushrooms"],"extraToppings":["basil"],"quantity":{{quantity}}}],"notes":{{JsonSerializer.Serialize(
                notes
            )}},"fulfilment":"delivery",
             "queuedAt":"{{At(-10)}}","startedAt":null,"readyAt":null,"promisedAt":"{{At(minutesLeft)}}","leftAt":null,"chef":null}
            """;

    private static string At(double minutes) =>
        DateTimeOffset.UtcNow.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
