using System.Security.Claims;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Shows one order to its customer and to staff.</summary>
public sealed class GetOrder(IRepository<Order> orders)
{
    /// <summary>GET /api/orders/{id}.</summary>
    public static async Task<IResult> Get(string id, GetOrder handler, HttpContext http, CancellationToken cancellationToken) =>
        (await handler.Handle(id, http.User, cancellationToken)).ToOk(OrderResponse.Of);

    /// <summary>GET /api/orders/{id}/timeline.</summary>
    public static async Task<IResult> GetTimeline(string id, GetOrder handler, HttpContext http, CancellationToken cancellationToken) =>
        (await handler.Handle(id, http.User, cancellationToken)).ToOk(TimelineResponse.Of);

    /// <summary>The order, or <c>not-found</c>, also where it is another customer's.</summary>
    public async Task<Outcome<Order>> Handle(string id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await orders.Find(id, cancellationToken) is { } order && MaySee(user, order) ? order : Fault.NotFound("order", id);

    /// <summary>Customers see their own orders, staff all.</summary>
    internal static bool MaySee(ClaimsPrincipal user, Order order) =>
        user.IsStaff() || string.Equals(order.Customer.Id, user.Id(), StringComparison.Ordinal);
}

/// <summary>Shows an order's history.</summary>
internal static class TimelineResponses
{
    extension(TimelineResponse)
    {
        /// <summary>From the stored one.</summary>
        public static TimelineResponse Of(Order order) =>
            new([
                .. order
                    .History.OrderBy(entry => entry.At)
                    .DistinctBy(entry => entry.Id)
                    .Select(entry => new TimelineEvent(entry.Id, entry.Type, entry.At, entry.Actor, entry.TraceId)),
            ]);
    }
}
