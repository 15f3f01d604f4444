using System.Net;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.KitchenService.Clients;

/// <summary>Client of the Order service, which decides whether an order that is ready is still in the kitchen.</summary>
public sealed class OrderClient(HttpClient http)
{
    /// <summary>Asks Order to undo that an order is ready. May be repeated: Order processes the same event once.</summary>
    /// <returns>
    /// True if no driver and no customer has it, and none can take it any more; false if one has it, or if it is cancelled.
    /// </returns>
    /// <exception cref="ServiceUnavailableException">There is no response, or one that does not give either result.</exception>
    public async Task<bool> RecallAsync(TicketStepUndone undone, CancellationToken cancellationToken)
    {
        using var request = ServiceRequest.RepeatablePost($"internal/orders/{Uri.EscapeDataString(undone.OrderId)}/recall", undone);
        using var response = await http.SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK or HttpStatusCode.NoContent => true,
            HttpStatusCode.Conflict => false,
            var status => throw new ServiceUnavailableException("order", "Recalling an order", status),
        };
    }
}
