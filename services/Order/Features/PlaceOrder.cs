using System.Diagnostics;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Messaging;

namespace MariosPizzeria.OrderService.Features;

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

        var quote = await menu.Quote(request.Items!, cancellationToken);
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

    private static OrderedLine ToOrdered(QuoteLine line, string lineId) =>
        new(lineId, line.PizzaId, line.Name, line.Size, line.Toppings, line.ExtraToppings, line.Quantity, line.UnitPrice, line.LineTotal);

    private NewOrder ToNewOrder(PlaceOrderRequest request, QuoteResponse quote, Cause cause, IdempotentRequest? idempotency)
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
            Lines = [.. quote.Lines.Select((line, index) => ToOrdered(line, $"{index + 1}"))],
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

/// <summary>What an order must say.</summary>
internal static class PlaceOrderRequests
{
    private const int MaxNotes = 500;
    private const int MaxCardToken = 200;

    extension(PlaceOrderRequest request)
    {
        /// <summary>All that is wrong, or null. Whether pizzas and toppings exist is Menu's to say.</summary>
        public Fault? Validate(CardPolicy cards)
        {
            var errors = new ValidationErrors();
            if (
                errors.Require(
                    request.Items is { Count: >= 1 and <= OrderLimits.MaxLines },
                    "items",
                    $"has 1 to {OrderLimits.MaxLines} lines"
                )
            )
            {
                for (var i = 0; i < request.Items!.Count; i++)
                {
                    var (item, field) = (request.Items[i], $"items[{i}]");
                    if (!errors.Require(item is not null, field, "is required"))
                    {
                        continue;
                    }

                    errors.Require(item!.PizzaId is { Length: >= 1 and <= 100 }, $"{field}.pizzaId", "is the id of a pizza");
                    errors.Require(item.Size is not null, $"{field}.size", "is small, medium or large");
                    errors.Require(
                        item.Quantity is >= 1 and <= OrderLimits.MaxQuantity,
                        $"{field}.quantity",
                        $"is a whole number from 1 to {OrderLimits.MaxQuantity}"
                    );
                    errors.Require(
                        item.ExtraToppings is null
                            || (
                                item.ExtraToppings.Count <= OrderLimits.MaxToppings
                                && item.ExtraToppings.All(topping => topping is { Length: >= 1 and <= 100 })
                            ),
                        $"{field}.extraToppings",
                        $"has at most {OrderLimits.MaxToppings} names of toppings"
                    );
                }
            }

            errors.Require(request.Fulfilment is not null, "fulfilment", "is delivery or pickup");
            if (errors.Require(request.Customer is not null, "customer", "is required"))
            {
                errors.Require(CustomerRules.IsName(request.Customer!.Name), "customer.name", CustomerRules.NameRule);
                errors.Require(CustomerRules.IsPhone(request.Customer.Phone), "customer.phone", CustomerRules.PhoneRule);
                errors.Require(
                    CustomerRules.IsAddress(request.Customer.Address)
                        || (request.Fulfilment == Fulfilment.Pickup && string.IsNullOrWhiteSpace(request.Customer.Address)),
                    "customer.address",
                    CustomerRules.AddressRule
                );
            }

            errors.Require(
                PlainText.IsTextOrNothing(request.Notes, MaxNotes),
                "notes",
                $"has at most {MaxNotes} characters, not all of them invisible"
            );
            if (
                errors.Require(request.PaymentMethod is not null, "paymentMethod", "is cash, credit_card or debit_card")
                && request.PaymentMethod != PaymentMethod.Cash
            )
            {
                errors.Require(cards.AreTaken, "paymentMethod", "is cash: cards are not taken here");
                errors.Require(
                    (request.Payment?.CardToken ?? cards.DefaultToken) is { Length: >= 1 and <= MaxCardToken },
                    "payment.cardToken",
                    $"is the payment provider's token for the card, 1 to {MaxCardToken} characters"
                );
            }

            return errors.ToFault();
        }
    }
}
