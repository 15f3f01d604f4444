using System.Net;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.OrderService.Clients;

/// <summary>The Kitchen service, whose word decides whether a confirmed order can still be cancelled.</summary>
public sealed class KitchenClient(HttpClient http)
{
    /// <summary>The tickets in the kitchen, by the ids of their orders.</summary>
    /// <exception cref="ServiceUnavailableException">No answer, or none that says.</exception>
    public async Task<IReadOnlyDictionary<string, TicketSteps>> Tickets(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri("internal/tickets", UriKind.Relative), cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new ServiceUnavailableException(
                "kitchen",
                new HttpRequestException(
                    $"Asking for the tickets was answered {(int)response.StatusCode}.",
                    inner: null,
                    response.StatusCode
                )
            );
        }

        var tickets = await response.ReadAsync<TicketIdsResponse>("kitchen", cancellationToken);

        // A kitchen of the previous release names the orders and no more.
        return (tickets.Steps ?? tickets.Items.Select(id => new TicketSteps(id, StartedAt: null, ReadyAt: null, Chef: null))).ToDictionary(
            ticket => ticket.OrderId,
            StringComparer.Ordinal
        );
    }

    /// <summary>Takes an order's ticket back. May be repeated: a ticket that is withdrawn stays withdrawn.</summary>
    /// <returns>True if nobody will cook it; false if it cooks already.</returns>
    /// <exception cref="ServiceUnavailableException">No answer, or none that says either.</exception>
    public async Task<bool> Withdraw(string orderId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"internal/tickets/{Uri.EscapeDataString(orderId)}/withdraw");
        request.Options.Set(ServiceRequest.Repeatable, value: true);
        using var response = await http.SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK or HttpStatusCode.NoContent => true,
            HttpStatusCode.Conflict => false,
            var status => throw new ServiceUnavailableException(
                "kitchen",
                new HttpRequestException($"Withdrawing a ticket was answered {(int)status}.", inner: null, status)
            ),
        };
    }
}
