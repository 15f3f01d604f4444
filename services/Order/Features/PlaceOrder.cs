using System.Diagnostics;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Messaging;

namespace MariosPizzeria.OrderService.Features;

/// <summary>What a customer orders. Everything may be missing in what is sent; <see cref="Validate"/> says what must not.</summary>
public sealed record PlaceOrderRequest
{
    private const int MaxLines = 50;
    private const int MaxQuantity = 20;
    private const int MaxToppings = 10;
    private const int MaxNotes = 500;
    private const int MaxCardToken = 200;

    public IReadOnlyList<Item?>? Items { get; init; }
    public Recipient? Customer { get; init; }
    public Fulfilment? Fulfilment { get; init; }
    public PaymentMethod? PaymentMethod { get; init; }
    public Card? Payment { get; init; }
    public string? Notes { get; init; }

    /// <summary>One line of the order.</summary>
    public sealed record Item(string? PizzaId, PizzaSize? Size, IReadOnlyList<string?>? ExtraToppings, int? Quantity);

    /// <summary>Who gets it, and where.</summary>
    public sealed record Recipient(string? Name, string? Phone, string? Address);

    /// <summary>The provider's token for the card; never a card number.</summary>
    public sealed record Card(string? CardToken);

    /// <summary>All that is wrong, or null. Whether pizzas and toppings exist is Menu's to say.</summary>
    public Fault? Validate(CardPolicy cards)
    {
        var errors = new ValidationErrors();
        if (errors.Require(Items is { Count: >= 1 and <= MaxLines }, "items", $"has 1 to {MaxLines} lines"))
        {
            for (var i = 0; i < Items!.Count; i++)
            {
                var (item, field) = (Items[i], $"items[{i}]");
                if (!errors.Require(item is not null, field, "is required"))
                {
                    continue;
                }

                errors.Require(item!.PizzaId is { Length: >= 1 and <= 100 }, $"{field}.pizzaId", "is the id of a pizza");
                errors.Require(item.Size is not null, $"{field}.size", "is small, medium or large");
                errors.Require(item.Quantity is >= 1 and <= MaxQuantity, $"{field}.quantity", $"is a whole number from 1 to {MaxQuantity}");
                errors.Require(
                    item.ExtraToppings is null
                        || (
                            item.ExtraToppings.Count <= MaxToppings
                            && item.ExtraToppings.All(topping => topping is { Length: >= 1 and <= 100 })
                        ),
                    $"{field}.extraToppings",
                    $"has at most {MaxToppings} names of toppings"
                );
            }
        }

        errors.Require(Fulfilment is not null, "fulfilment", "is delivery or pickup");
        if (errors.Require(Customer is not null, "customer", "is required"))
        {
            errors.Require(CustomerRules.IsName(Customer!.Name), "customer.name", CustomerRules.NameRule);
            errors.Require(CustomerRules.IsPhone(Customer.Phone), "customer.phone", CustomerRules.PhoneRule);
            errors.Require(
                CustomerRules.IsAddress(Customer.Address)
                    || (Fulfilment == Contracts.V1.Fulfilment.Pickup && string.IsNullOrWhiteSpace(Customer.Address)),
                "customer.address",
                CustomerRules.AddressRule
            );
        }

        errors.Require(
            PlainText.IsTextOrNothing(Notes, MaxNotes),
            "notes",
            $"has at most {MaxNotes} characters, not all of them invisible"
        );
        if (
            errors.Require(PaymentMethod is not null, "paymentMethod", "is cash, credit_card or debit_card")
            && PaymentMethod != Contracts.V1.PaymentMethod.Cash
        )
        {
            errors.Require(cards.AreTaken, "paymentMethod", "is cash: cards are not taken here");
            errors.Require(
                (Payment?.CardToken ?? cards.DefaultToken) is { Length: >= 1 and <= MaxCardToken },
                "payment.cardToken",
                $"is the payment provider's token for the card, 1 to {MaxCardToken} characters"
            );
        }

        return errors.ToFault();
    }

    /// <summary>What Menu is asked about.</summary>
    internal IReadOnlyList<QuoteItem> ToQuoteItems() =>
        [
            .. Items!.Select(item => new QuoteItem(
                item!.PizzaId!,
                item.Size!.Value,
                [.. (item.ExtraToppings ?? []).OfType<string>()],
                item.Quantity!.Value
            )),
        ];
}

/// <summary>Whether and how this deployment takes cards.</summary>
/// <param name="AreTaken">A payment key is configured, or it is Development with its sandbox.</param>
/// <param name="DefaultToken">What a card order without a token pays with: Development only.</param>
public sealed record CardPolicy(bool AreTaken, string? DefaultToken)
{
    internal static CardPolicy From(IConfiguration configuration, IHostEnvironment environment) =>
        new(
            environment.IsDevelopment() || !string.IsNullOrEmpty(configuration["PAYMENT_API_KEY"]),
            environment.IsDevelopment() ? "tok_ok" : null
        );
}

/// <summary>Accepts orders.</summary>
public sealed partial class PlaceOrder(
    IRepository<Order> orders,
    IRepository<KitchenState> kitchens,
    MenuClient menu,
    OutboxBacklog backlog,
    CardPolicy cards,
    ILogger<PlaceOrder> logger
)
{
    /// <summary>POST /api/orders.</summary>
    public static async Task<IResult> Post(
        PlaceOrderRequest request,
        PlaceOrder handler,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var placed = await handler.Handle(request, http.Cause(), http.Idempotency(), cancellationToken);
        if (placed is { Succeeded: true, Value.Repeated: true })
        {
            http.Response.Headers[IdempotencyFilter.ReplayedHeader] = "true";
        }

        return placed.ToCreated(result => $"/api/orders/{result.Order.Id}", result => OrderResponse.Of(result.Order));
    }

    /// <summary>
    /// Stores the order, priced by Menu, together with its events. A request that was carried out before gives the stored order, even
    /// where the cache has forgotten it.
    /// </summary>
    public async Task<Outcome<PlacedOrder>> Handle(
        PlaceOrderRequest request,
        Cause cause,
        IdempotentRequest? idempotency,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        var pizzas = request.Items?.Sum(item => Math.Clamp(item?.Quantity ?? 0, 0, 1000)) ?? 0;
        LogStarted(logger, cause.Actor, pizzas);
        try
        {
            var outcome = await Place(request, cause, idempotency, cancellationToken);
            if (outcome.Succeeded)
            {
                LogSucceeded(
                    logger,
                    outcome.Value.Order.Id,
                    cause.Actor,
                    pizzas,
                    outcome.Value.Order.Total.Amount,
                    Stopwatch.GetElapsedTime(started).TotalMilliseconds
                );
            }
            else
            {
                LogFailed(logger, cause.Actor, pizzas, outcome.Fault.Slug);
            }

            return outcome;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, cause.Actor, pizzas, e.GetType().Name);
            throw;
        }
    }

    private async Task<Outcome<PlacedOrder>> Place(
        PlaceOrderRequest request,
        Cause cause,
        IdempotentRequest? idempotency,
        CancellationToken cancellationToken
    )
    {
        if (request.Validate(cards) is { } invalid)
        {
            return invalid;
        }

        if (idempotency is not null && await orders.Find(idempotency.DocumentId, cancellationToken) is { } earlier)
        {
            return Repeat(earlier, idempotency);
        }

        if (backlog.IsFull)
        {
            return Fault.Unavailable("More orders come in than can be passed on; try again in a moment.");
        }

        if (await kitchens.Find(KitchenState.OnlyId, cancellationToken) is { Paused: true })
        {
            return Fault.Unavailable("The kitchen takes no orders right now.", TimeSpan.FromMinutes(1));
        }

        var quote = await menu.Quote(request.ToQuoteItems(), cancellationToken);
        if (!quote.Succeeded)
        {
            return quote.Fault;
        }

        var (order, events) = Order.Place(ToNewOrder(request, quote.Value, cause, idempotency), cause);
        if (await orders.Add(order, events, idempotency?.Handled, cancellationToken))
        {
            return new PlacedOrder(order, Repeated: false);
        }

        // Only a derived id can be taken: the same request was quicker on another replica.
        return await orders.Find(order.Id, cancellationToken) is { } stored && idempotency is not null
            ? Repeat(stored, idempotency)
            : new Fault(Slugs.VersionConflict, "The order could not be stored; try again.");
    }

    private static Outcome<PlacedOrder> Repeat(Order stored, IdempotentRequest idempotency) =>
        stored.PlacedBy?.BodyHash == idempotency.BodyHash
            ? new PlacedOrder(stored, Repeated: true)
            : new Fault(Slugs.IdempotencyMismatch, "This key came with another body before.");

    private NewOrder ToNewOrder(PlaceOrderRequest request, Quote quote, Cause cause, IdempotentRequest? idempotency)
    {
        var customer = request.Customer!;
        return new()
        {
            // Random from its first letter on: people tell orders apart by the first six. (A version 7 begins with the time.)
            Id = idempotency?.DocumentId ?? Guid.NewGuid().ToString("N"),
            Customer = new(
                cause.Actor,
                customer.Name!.Trim(),
                customer.Phone!,
                string.IsNullOrWhiteSpace(customer.Address) ? null : customer.Address.Trim()
            ),
            Lines = [.. quote.Lines.Select((line, index) => line.ToOrdered($"{index + 1}"))],
            Fulfilment = request.Fulfilment!.Value,
            PaymentMethod = request.PaymentMethod!.Value,
            CardToken = request.PaymentMethod == PaymentMethod.Cash ? null : request.Payment?.CardToken ?? cards.DefaultToken,
            Notes = string.IsNullOrWhiteSpace(request.Notes) ? null : request.Notes,
            EstimatedReadyAt = cause.At + TimeSpan.FromMinutes(quote.EstimatedReadyMinutes),
            PlacedBy = idempotency is null ? null : new(idempotency.Scope, idempotency.BodyHash),
        };
    }

    [LoggerMessage(100, LogLevel.Information, "Order creation started", EventName = "order_creation_started")]
    private static partial void LogStarted(ILogger logger, string customer_id, int pizza_count);

    [LoggerMessage(101, LogLevel.Information, "Order created: {order_id}", EventName = "order_created")]
    private static partial void LogSucceeded(
        ILogger logger,
        string order_id,
        string customer_id,
        int pizza_count,
        decimal total_amount,
        double duration_ms
    );

    [LoggerMessage(102, LogLevel.Warning, "Order creation failed: {error_type}", EventName = "order_creation_failed")]
    private static partial void LogFailed(ILogger logger, string customer_id, int pizza_count, string error_type);
}

/// <summary>An accepted order.</summary>
/// <param name="Order">As stored.</param>
/// <param name="Repeated">Whether an earlier request of the same key had placed it.</param>
public sealed record PlacedOrder(Order Order, bool Repeated);
