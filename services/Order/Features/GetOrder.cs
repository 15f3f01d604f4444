using System.Security.Claims;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Shows one order to its customer and to staff.</summary>
public sealed class GetOrder(IRepository<Order> orders)
{
    /// <summary>One order.</summary>
    public static async Task<IResult> Get(string id, GetOrder handler, HttpContext http, CancellationToken cancellationToken) =>
        (await handler.Handle(id, http.User, cancellationToken)).ToOk(OrderResponse.Of);

    /// <summary>Returns the order, or <c>not-found</c>, also if it belongs to another customer.</summary>
    public async Task<Result<Order>> Handle(string id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await orders.FindAsync(id, cancellationToken) is { } order && MaySee(user, order) ? order : Error.NotFound("order", id);

    /// <summary>Whether the user may see the order: customers see their own orders, staff see all.</summary>
    internal static bool MaySee(ClaimsPrincipal user, Order order) =>
        user.IsStaff() || string.Equals(order.Customer.Id, user.Id(), StringComparison.Ordinal);
}
