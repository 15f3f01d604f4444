using MariosPizzeria.Contracts;
using MariosPizzeria.Ordering.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Ordering.Features;

/// <summary>What waits for a driver, and taking it.</summary>
public sealed class TakeOrder(IRepository<Order> orders)
{
    // More than fit on a counter; a driver looks at the top of the list.
    private const int Most = 200;

    /// <summary>GET /api/delivery/ready: to be delivered and out of the oven, oldest first.</summary>
    public static async Task<IResult> GetReady(IRepository<Order> orders, CancellationToken cancellationToken)
    {
        var ready = await OutOfTheOven(orders, cancellationToken);
        var toDrive = ready.Where(order => order.MayBeTaken()).Take(Most).Select(OrderResponse.Of);
        return Results.Ok(new ItemsResponse<OrderResponse>([.. toDrive]));
    }

    /// <summary>
    /// What waits for a driver or for its customer, oldest first; read on until it holds as many for drivers as are shown at once, as
    /// pickups that nobody fetches may pile up before them.
    /// </summary>
    public static async Task<IReadOnlyList<Order>> OutOfTheOven(IRepository<Order> orders, CancellationToken cancellationToken)
    {
        var ready = Query<Order>.All.Where(OrderDocuments.InStatus, IndexKey.Of(OrderStatus.Ready)).Ascending(OrderDocuments.PlacedAt);
        var found = new List<Order>();
        IReadOnlyList<Order> some;
        var page = 1;
        do
        {
            some = await orders.List(ready.Page(page++, Most), cancellationToken);
            found.AddRange(some);
        } while (some.Count == Most && found.Count(order => order.MayBeTaken()) < Most);

        return found;
    }

    /// <summary>POST /api/delivery/{orderId}/take.</summary>
    public static async Task<IResult> Post(string orderId, TakeOrder handler, HttpContext http, CancellationToken cancellationToken) =>
        (await handler.Handle(orderId, http.Cause(), http.Idempotency()?.Handled, cancellationToken)).ToOk(OrderResponse.Of);

    /// <summary>The cause's actor takes the order; of several at once one gets it.</summary>
    public Task<Outcome<Order>> Handle(string orderId, Cause cause, HandledMessage? handled, CancellationToken cancellationToken) =>
        orders.Change(orderId, order => order.Take(cause), handled, cancellationToken);
}

/// <summary>What a driver has under way, and handing it over.</summary>
public sealed class HandOverOrder(IRepository<Order> orders)
{
    /// <summary>GET /api/delivery/tour: the caller's own, oldest first.</summary>
    public static async Task<IResult> GetTour(IRepository<Order> orders, HttpContext http, CancellationToken cancellationToken)
    {
        var tour = await TourOf(http.User.Id(), orders, cancellationToken);
        return Results.Ok(new ItemsResponse<OrderResponse>([.. tour.Select(OrderResponse.Of)]));
    }

    /// <summary>What a driver has under way, oldest first.</summary>
    public static Task<IReadOnlyList<Order>> TourOf(string driver, IRepository<Order> orders, CancellationToken cancellationToken) =>
        orders.List(Query<Order>.All.Where(OrderDocuments.UnderWayWith, driver).Ascending(OrderDocuments.PlacedAt), cancellationToken);

    /// <summary>POST /api/delivery/{orderId}/delivered.</summary>
    public static async Task<IResult> Post(string orderId, HandOverOrder handler, HttpContext http, CancellationToken cancellationToken) =>
        (
            await handler.Handle(orderId, http.User.IsInRole(Roles.Manager), http.Cause(), http.Idempotency()?.Handled, cancellationToken)
        ).ToOk(OrderResponse.Of);

    /// <summary>The cause's actor hands the order to the customer.</summary>
    public Task<Outcome<Order>> Handle(
        string orderId,
        bool byManager,
        Cause cause,
        HandledMessage? handled,
        CancellationToken cancellationToken
    ) => orders.Change(orderId, order => order.HandOver(byManager, cause), handled, cancellationToken);
}
