using MariosPizzeria.BuildingBlocks.Idempotency;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Lists the orders that wait for a driver, and assigns them to drivers.</summary>
public static class TakeOrder
{
    // More than fit on a counter; a driver looks at the top of the list.
    private const int MaxReady = 200;

    /// <summary>The orders that wait for a driver, the most urgent and then the nearest first.</summary>
    public static async Task<IResult> GetReady(
        IRepository<Order> orders,
        DeliveryTerms terms,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var (ready, _) = await ListReadyAsync(orders, cancellationToken);
        return Results.Ok(new ItemsResponse<OrderResponse>([.. ready.InDeliverySequence(terms, http.Cause().At).Select(OrderResponse.Of)]));
    }

    /// <summary>
    /// Returns the orders that wait for a driver, and the pickups that wait for their customers, each oldest first and with its own limit:
    /// pickups that are not fetched accumulate and must not hide deliveries.
    /// </summary>
    public static async Task<(IReadOnlyList<Order> ToDrive, IReadOnlyList<Order> ToFetch)> ListReadyAsync(
        IRepository<Order> orders,
        CancellationToken cancellationToken
    )
    {
        var (toDrive, toFetch) = (new List<Order>(), new List<Order>());
        for (var page = 1; toDrive.Count < MaxReady; page++)
        {
            var ready = await orders.ListAsync(
                Query<Order>
                    .All.Where(OrderDocuments.InStatus, IndexKey.Of(OrderStatus.Ready))
                    .Ascending(OrderDocuments.PlacedAt)
                    .Page(page, MaxReady),
                cancellationToken
            );
            toDrive.AddRange(ready.Where(order => order.MayBeTaken()));
            toFetch.AddRange(ready.Where(order => !order.MayBeTaken()).Take(MaxReady - toFetch.Count));
            if (ready.Count < MaxReady)
            {
                break;
            }
        }

        return ([.. toDrive.Take(MaxReady)], toFetch);
    }

    /// <summary>Adds an order to the caller's tour.</summary>
    public static Task<IResult> Post(string orderId, IRepository<Order> orders, HttpContext http, CancellationToken cancellationToken) =>
        orders.ChangeAsync(orderId, (order, cause) => order.Take(cause), http, cancellationToken);
}

/// <summary>Lists the orders that a driver has under way, and hands them over.</summary>
public sealed class HandOverOrder(IRepository<Order> orders, BusinessDays days, DeliveryTerms terms)
{
    private const int LongestReason = 200;

    /// <summary>The orders that the caller has under way, and those that the caller handed over today.</summary>
    public static async Task<IResult> GetTour(HandOverOrder handler, HttpContext http, CancellationToken cancellationToken)
    {
        var (driver, now) = (http.User.Id(), http.Cause().At);
        var tour = await handler.TourOfAsync(driver, now, cancellationToken);
        var delivered = await handler.DeliveredByAsync(driver, now, cancellationToken);
        return Results.Ok(new TourResponse([.. tour.Select(OrderResponse.Of)], [.. delivered.Select(OrderResponse.Of)], CashOf(delivered)));
    }

    /// <summary>Returns the orders that a driver has under way, the most urgent and then the nearest first.</summary>
    public async Task<IReadOnlyList<Order>> TourOfAsync(string driver, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tour = await orders.ListAsync(
            Query<Order>.All.Where(OrderDocuments.UnderWayWith, driver).Ascending(OrderDocuments.PlacedAt),
            cancellationToken
        );
        return tour.InDeliverySequence(terms, now);
    }

    /// <summary>Returns the orders that a driver handed over on the current business day, newest first.</summary>
    public async Task<IReadOnlyList<Order>> DeliveredByAsync(string driver, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var start = days.StartOf(days.DayOf(now));

        // A business day covers one or two UTC days.
        var keys = new[] { start, now }.Select(at => OrderDocuments.DeliveredKey(driver, at)).Distinct(StringComparer.Ordinal);
        var delivered = await orders.ListAsync(Query<Order>.All.Where(OrderDocuments.UnderWayWith, keys), cancellationToken);
        return [.. delivered.Where(order => order.DeliveredAt >= start).OrderByDescending(order => order.DeliveredAt)];
    }

    /// <summary>Returns the sum of the cash that was collected with some orders.</summary>
    public static Money CashOf(IEnumerable<Order> delivered) =>
        delivered.Where(order => order.PaymentMethod == PaymentMethod.Cash).Select(order => order.Total).Sum();

    /// <summary>Hands an order over to the customer.</summary>
    public static Task<IResult> Post(string orderId, IRepository<Order> orders, HttpContext http, CancellationToken cancellationToken) =>
        orders.ChangeAsync(orderId, (order, cause) => order.HandOver(http.User.IsInRole(Roles.Manager), cause), http, cancellationToken);

    /// <summary>Undoes a handover.</summary>
    /// <remarks>Within two minutes, by the driver who handed it over, or a manager.</remarks>
    public static Task<IResult> PostUndo(
        string orderId,
        IRepository<Order> orders,
        HttpContext http,
        CancellationToken cancellationToken
    ) =>
        orders.ChangeAsync(
            orderId,
            (order, cause) => order.UndoHandOver(http.User.IsInRole(Roles.Manager), cause),
            http,
            cancellationToken
        );

    /// <summary>Records a failed delivery: the order is ready again.</summary>
    public static async Task<IResult> PostFailed(
        string orderId,
        DeliveryFailedRequest request,
        IRepository<Order> orders,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var errors = new ValidationErrors();
        errors.RequireText(request.Reason, "reason", LongestReason);
        return errors.ToFault() is { } invalid
            ? invalid.ToProblem()
            : await orders.ChangeAsync(
                orderId,
                (order, cause) => order.FailDelivery(request.Reason!.Trim(), http.User.IsInRole(Roles.Manager), cause),
                http,
                cancellationToken
            );
    }
}

/// <summary>Applies the steps of requests to orders.</summary>
internal static class OrderSteps
{
    /// <summary>Applies the step of a request; responds with the changed order, or with the reason of the refusal.</summary>
    public static async Task<IResult> ChangeAsync(
        this IRepository<Order> orders,
        string orderId,
        Func<Order, Cause, Result<IReadOnlyList<Event>>> step,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var cause = http.Cause();
        return (await orders.ChangeAsync(orderId, order => step(order, cause), http.Idempotency()?.Handled, cancellationToken)).ToOk(
            OrderResponse.Of
        );
    }
}
