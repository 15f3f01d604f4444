using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.BuildingBlocks.Streaming;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Whether this deployment accepts cards, and the default token.</summary>
/// <param name="AreTaken">True if a payment key is configured, or in Development with its sandbox.</param>
/// <param name="DefaultToken">The token for a card order without a token; Development only.</param>
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
    CachedRead<KitchenState, KitchenState?> kitchen,
    MenuClient menu,
    KitchenClient kitchenClient,
    OutboxBacklog backlog,
    CardPolicy cards,
    DeliveryTerms terms,
    TaxShare tax,
    DailyOrderNumbers numbers,
    RandomSource random,
    BusinessDays days,
    TimeProvider time,
    ILogger<PlaceOrder> logger
)
{
    /// <summary>
    /// Used instead of an account id for orders without an account. Account ids are hashes and never equal it. A user of an external
    /// authority with this id would order as a guest.
    /// </summary>
    public const string Guest = "guest";

    // If Redis has lost its counter, the second attempt gets a free number. More attempts are needed only while many requests take their
    // numbers from the store.
    private const int Attempts = 20;

    /// <summary>Places an order, priced by the menu.</summary>
    public static async Task<IResult> Post(
        PlaceOrderRequest request,
        PlaceOrder handler,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var placed = await handler.Handle(request, http.Cause(), http.Idempotency(), forGuest: false, cancellationToken);
        MarkIfReplayed(placed, http);
        return placed.ToCreated(result => $"/api/orders/{result.Order.Id}", result => OrderResponse.Of(result.Order));
    }

    /// <summary>Places an order without an account. It is read and cancelled with its tracking token.</summary>
    /// <remarks>Staff may place an order for a guest who phones: it belongs to the guest, and its history shows who placed it.</remarks>
    public static async Task<IResult> PostAsGuest(
        PlaceOrderRequest request,
        PlaceOrder handler,
        TrackingTokens tokens,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var cause = http.Cause();
        var placedBy = http.User.IsStaff() ? cause : cause with { Actor = Guest };
        var placed = await handler.Handle(request, placedBy, http.Idempotency(), forGuest: true, cancellationToken);
        MarkIfReplayed(placed, http);
        return placed.ToCreated(
            result => $"/api/track/{tokens.Of(result.Order.Id)}",
            result => OrderResponse.Of(result.Order) with { TrackingToken = tokens.Of(result.Order.Id) }
        );
    }

    /// <summary>
    /// Stores the order, priced by Menu, together with its events. It belongs to a guest, or to the actor of the cause. A repeated request
    /// returns the stored order, even if the cache has lost its idempotency key.
    /// </summary>
    public async Task<Result<PlacedOrder>> Handle(
        PlaceOrderRequest request,
        Cause cause,
        IdempotentRequest? idempotency,
        bool forGuest,
        CancellationToken cancellationToken
    )
    {
        var (started, customer) = (time.GetTimestamp(), forGuest ? Guest : cause.Actor);
        var pizzas = request.Items?.Sum(item => Math.Clamp(item?.Quantity ?? 0, 0, 1000)) ?? 0;
        LogStarted(logger, customer, pizzas);
        try
        {
            var outcome = await PlaceAsync(request, cause, idempotency, forGuest, cancellationToken);
            if (outcome.Succeeded)
            {
                LogSucceeded(
                    logger,
                    outcome.Value.Order.Id,
                    outcome.Value.Order.Status,
                    customer,
                    pizzas,
                    outcome.Value.Order.Total.Amount,
                    time.GetElapsedTime(started).TotalMilliseconds
                );
            }
            else
            {
                LogFailed(logger, customer, pizzas, outcome.Error.Code);
            }

            return outcome;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, customer, pizzas, e.GetType().Name);
            throw;
        }
    }

    private async Task<Result<PlacedOrder>> PlaceAsync(
        PlaceOrderRequest request,
        Cause cause,
        IdempotentRequest? idempotency,
        bool forGuest,
        CancellationToken cancellationToken
    )
    {
        if (request.Validate(cards) is { } invalid)
        {
            return invalid;
        }

        if (request.OutOfArea(terms) is { } elsewhere)
        {
            return elsewhere;
        }

        // Checked before another place in the slot is reserved. Without a slot the store refuses a duplicate id, and a check here would be
        // one more query for each order.
        if (request.RequestedFor is not null && await RepeatAsync(idempotency, cancellationToken) is { } repeated)
        {
            return repeated;
        }

        var placed = await PlaceNewAsync(request, cause, idempotency, forGuest, cancellationToken);

        // A repeat of an accepted request returns the stored order, even if a new order would be refused.
        return !placed.Succeeded && await RepeatAsync(idempotency, cancellationToken) is { } earlier ? earlier : placed;
    }

    private async Task<Result<PlacedOrder>> PlaceNewAsync(
        PlaceOrderRequest request,
        Cause cause,
        IdempotentRequest? idempotency,
        bool forGuest,
        CancellationToken cancellationToken
    )
    {
        if (backlog.IsFull)
        {
            return Error.Unavailable("Too many orders are waiting to be processed; try again in a moment.");
        }

        // An order for later is accepted while the kitchen is paused or closed: Kitchen decides whether it is open at that time.
        if (request.RequestedFor is null && (await kitchen.GetAsync(cancellationToken))?.RefusalAt(time.GetUtcNow(), days) is { } refusal)
        {
            return refusal;
        }

        var quote = await menu.QuoteAsync(request.Items!, cancellationToken);
        if (!quote.Succeeded)
        {
            return quote.Error;
        }

        if (request.BelowMinimum(quote.Value, terms) is { } tooLittle)
        {
            return tooLittle;
        }

        // A repeated request has the same id, and so the same place in the slot. If the order is not stored, the lease on the place expires
        // in Kitchen.
        var id = idempotency?.DocumentId ?? random.NextId().ToString("N");
        if (
            request.RequestedFor is { } at
            && (await kitchenClient.ReserveAsync(id, at, cancellationToken)) is { Succeeded: false, Error: var full }
        )
        {
            return full;
        }

        return await StoreAsync(ToNewOrder(id, request, quote.Value, cause, idempotency, forGuest), cause, idempotency, cancellationToken);
    }

    private async Task<Result<PlacedOrder>> StoreAsync(
        NewOrder placed,
        Cause cause,
        IdempotentRequest? idempotency,
        CancellationToken cancellationToken
    )
    {
        var day = numbers.DayOf(placed.PromisedAt);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var number = await numbers.NextAsync(day, wasTaken: attempt > 1, cancellationToken);
            var (order, events) = Order.Place(placed with { Day = day, Number = number }, cause);
            if (await orders.AddAsync(order, events, idempotency?.Handled, cancellationToken))
            {
                return new PlacedOrder(order, Repeated: false);
            }

            // Only an id that is derived from an idempotency key can exist already: another replica was faster with the same request.
            // Otherwise the number is taken.
            if (idempotency is not null && await orders.FindAsync(order.Id, cancellationToken) is { } stored)
            {
                return Repeat(stored, idempotency);
            }

            await orders.BackOffAsync(attempt, cancellationToken);
        }

        return Error.Unavailable("The order could not be given a number; try again.");
    }

    // Null if this request was not processed before.
    private async Task<Result<PlacedOrder>?> RepeatAsync(IdempotentRequest? idempotency, CancellationToken cancellationToken)
    {
        if (idempotency is null || await orders.FindAsync(idempotency.DocumentId, cancellationToken) is not { } stored)
        {
            return null;
        }

        return Repeat(stored, idempotency);
    }

    private static Result<PlacedOrder> Repeat(Order stored, IdempotentRequest idempotency) =>
        stored.PlacedBy?.BodyHash == idempotency.BodyHash
            ? new PlacedOrder(stored, Repeated: true)
            : new Error(ErrorCodes.IdempotencyMismatch, "This key was already used with another body.");

    private static OrderedLine ToOrdered(QuoteLine line, string lineId) =>
        new(lineId, line.PizzaId, line.Name, line.Size, line.Toppings, line.ExtraToppings, line.Quantity, line.UnitPrice, line.LineTotal);

    private static void MarkIfReplayed(Result<PlacedOrder> placed, HttpContext http)
    {
        if (placed is { Succeeded: true, Value.Repeated: true })
        {
            http.Response.Headers[IdempotencyFilter.ReplayedHeader] = "true";
        }
    }

    private static string? TextOrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private NewOrder ToNewOrder(
        string id,
        PlaceOrderRequest request,
        QuoteResponse quote,
        Cause cause,
        IdempotentRequest? idempotency,
        bool isGuest
    )
    {
        var customer = request.Customer!;
        var minutes = quote.Promise();
        var isDelivery = request.Fulfilment == Fulfilment.Delivery;
        var promised = request.RequestedFor?.ToUniversalTime() ?? cause.At.AddMinutes(isDelivery ? minutes.Delivery : minutes.Pickup);
        return new()
        {
            Id = id,
            Customer = new(
                isGuest ? Order.GuestOf(id) : cause.Actor,
                customer.Name!.Trim(),
                customer.Phone!,
                string.IsNullOrWhiteSpace(customer.Address) ? null : customer.Address.Trim()
            )
            {
                Email = isGuest && !string.IsNullOrEmpty(customer.Email) ? customer.Email : null,
            },
            Lines = [.. quote.Lines.Select((line, index) => ToOrdered(line, $"{index + 1}"))],
            Fulfilment = request.Fulfilment!.Value,
            DeliveryFee = terms.FeeOf(request.Fulfilment),
            Tax = tax,
            PaymentMethod = request.PaymentMethod!.Value,
            CardToken = request.PaymentMethod == PaymentMethod.Cash ? null : request.Payment?.CardToken ?? cards.DefaultToken,
            Notes = TextOrNull(request.Notes),
            DoorNotes = TextOrNull(request.DoorNotes),
            Allergies = request.Allergies ?? [],
            AllergyNote = TextOrNull(request.AllergyNote),
            EstimatedReadyAt = isDelivery ? promised.AddMinutes(-minutes.Road) : promised,
            PromisedAt = promised,
            RequestedFor = request.RequestedFor?.ToUniversalTime(),
            PlacedBy = idempotency is null ? null : new(idempotency.Scope, idempotency.BodyHash),
        };
    }

    [LoggerMessage(100, LogLevel.Information, "Order creation started", EventName = "order_creation_started")]
    private static partial void LogStarted(ILogger logger, string customer_id, int pizza_count);

    [LoggerMessage(101, LogLevel.Information, "Order created: {order_id}", EventName = "order_created")]
    private static partial void LogSucceeded(
        ILogger logger,
        string order_id,
        OrderStatus order_status,
        string customer_id,
        int pizza_count,
        decimal total_amount,
        double duration_ms
    );

    [LoggerMessage(102, LogLevel.Warning, "Order creation failed: {error_type}", EventName = "order_creation_failed")]
    private static partial void LogFailed(ILogger logger, string customer_id, int pizza_count, string error_type);
}

/// <summary>An accepted order.</summary>
/// <param name="Order">The order, as stored.</param>
/// <param name="Repeated">Whether an earlier request with the same key had placed it.</param>
public sealed record PlacedOrder(Order Order, bool Repeated);
