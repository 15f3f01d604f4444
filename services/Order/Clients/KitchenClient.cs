using System.Globalization;
using System.Net;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.OrderService.Clients;

/// <summary>The client of the Kitchen service, which decides whether a confirmed order can still be cancelled.</summary>
public sealed class KitchenClient(HttpClient http)
{
    /// <summary>Returns the tickets in the kitchen by order id.</summary>
    /// <exception cref="ServiceUnavailableException">No response, or an unexpected one.</exception>
    public async Task<IReadOnlyDictionary<string, TicketSteps>> ListTicketsAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri("internal/tickets", UriKind.Relative), cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new ServiceUnavailableException("kitchen", "Reading the tickets", response.StatusCode);
        }

        var tickets = await response.ReadAsync<TicketIdsResponse>("kitchen", cancellationToken);

        // A replica of the previous release returns the order ids only.
        return (tickets.Steps ?? tickets.Items.Select(id => new TicketSteps(id, StartedAt: null, ReadyAt: null, Chef: null))).ToDictionary(
            ticket => ticket.OrderId,
            StringComparer.Ordinal
        );
    }

    /// <summary>Same as <see cref="ListTicketsAsync"/>, but null if Kitchen does not respond.</summary>
    public async Task<IReadOnlyDictionary<string, TicketSteps>?> TryListTicketsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ListTicketsAsync(cancellationToken);
        }
        catch (ServiceUnavailableException)
        {
            return null;
        }
    }

    /// <summary>
    /// Requests that Kitchen stores a ticket again, so that its version is higher than <paramref name="after"/>: an undo that was started
    /// but not completed can then not be completed. May be repeated.
    /// </summary>
    /// <returns>The stored ticket; null if there is none.</returns>
    /// <exception cref="ServiceUnavailableException">No response, or an unexpected one.</exception>
    public async Task<TicketSteps?> RenewTicketAsync(string orderId, long after, CancellationToken cancellationToken)
    {
        using var request = ServiceRequest.RepeatablePost(
            $"internal/tickets/{Uri.EscapeDataString(orderId)}/renew?after={after.ToString(CultureInfo.InvariantCulture)}"
        );
        using var response = await http.SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => await response.ReadAsync<TicketSteps>("kitchen", cancellationToken),
            HttpStatusCode.NotFound => null,
            var status => throw new ServiceUnavailableException("kitchen", "Renewing a ticket", status),
        };
    }

    /// <summary>Withdraws an order's ticket. May be repeated: a repeated cancellation request gets the answer to the first one.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="orderVersion">
    /// The version of the order that recorded the cancellation request; null if there is no such request.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True if the ticket will not be cooked; false if it is already being cooked.</returns>
    /// <exception cref="ServiceUnavailableException">No response, or an unexpected one.</exception>
    public async Task<bool> WithdrawAsync(string orderId, long? orderVersion, CancellationToken cancellationToken)
    {
        var query = orderVersion is { } version ? $"?orderVersion={version.ToString(CultureInfo.InvariantCulture)}" : "";
        using var request = ServiceRequest.RepeatablePost($"internal/tickets/{Uri.EscapeDataString(orderId)}/withdraw{query}");
        using var response = await http.SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK or HttpStatusCode.NoContent => true,
            HttpStatusCode.Conflict => false,
            var status => throw new ServiceUnavailableException("kitchen", "Withdrawing a ticket", status),
        };
    }

    /// <summary>Reserves a place for an order that is due later. May be repeated: an order has one place in a slot.</summary>
    /// <returns>True, or the error of Kitchen: <c>slot-full</c>, or <c>validation</c> of <c>requestedFor</c>.</returns>
    /// <exception cref="ServiceUnavailableException">No response, or an unexpected one.</exception>
    public async Task<Result<bool>> ReserveAsync(string orderId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var request = ServiceRequest.RepeatablePost($"internal/slots/{Uri.EscapeDataString(orderId)}", new ReserveSlotRequest(at));
        using var response = await http.SendAsync(request, cancellationToken);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                return true;
            case HttpStatusCode.Conflict or HttpStatusCode.BadRequest:
                var problem = await response.ReadAsync<ProblemDocument>("kitchen", cancellationToken);
                if (problem.Slug is ErrorCodes.SlotFull or ErrorCodes.Validation)
                {
                    return new Error(problem.Slug, problem.Detail) { Errors = problem.Errors };
                }

                break;
        }

        throw new ServiceUnavailableException("kitchen", "Reserving a slot", response.StatusCode);
    }
}
