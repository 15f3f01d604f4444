using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Features;

/// <summary>What waits for a driver, and taking it.</summary>
public sealed class TakeOrder(IRepository<Order> orders)
{
    // More than fit on a counter; a driver looks at the top of the list.
    private const int Most = 200;

    /// <summary>GET /api/delivery/ready: to be delivered and out of the oven, oldest first.</summary>
    public static async Task<IResult> GetReady(IRepository<Order> orders, CancellationToken cancellationToken)
    {
        var ready = await OutOfTheOven(orders, cancellationToken);
        return Results.Ok(new ItemsResponse<OrderResponse>([.. ready.Where(order => order.MayBeTaken()).Select(OrderResponse.Of)]));
    }

    /// <summary>
    /// What waits for a driver, and what waits for its customer, each oldest first and at most so many: pickups that nobody fetches pile
    /// up, and must not hide what is to be driven.
    /// </summary>
    public static async Task<IReadOnlyList<Order>> OutOfTheOven(IRepository<Order> orders, CancellationToken cancellationToken)
    {
        var (toDrive, toFetch) = (new List<Order>(), new List<Order>());
        for (var page = 1; toDrive.Count < Most; page++)
        {
            var ready = await orders.List(
                Query<Order>
                    .All.Where(OrderDocuments.InStatus, IndexKey.Of(OrderStatus.Ready))
                    .Ascending(OrderDocuments.PlacedAt)
                    .Page(page, Most),
                cancellationToken
            );
            toDrive.AddRange(ready.Where(order => order.MayBeTaken()));
            toFetch.AddRange(ready.Where(order => !order.MayBeTaken()).Take(Most - toFetch.Count));
            if (ready.Count < Most)
            {
                break;
            }
        }

        return [.. toDrive.Take(Most), .. toFetch];
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
