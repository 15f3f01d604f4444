using System.Net;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Ordering.Clients;

/// <summary>The Kitchen service, whose word decides whether a confirmed order can still be cancelled.</summary>
public sealed class KitchenClient(HttpClient http)
{
    /// <summary>The ids of the orders whose tickets are in the kitchen.</summary>
    /// <exception cref="ServiceUnavailableException">No answer, or none that says.</exception>
    public async Task<IReadOnlyCollection<string>> Tickets(CancellationToken cancellationToken)
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

        return (await response.ReadAsync<TicketIds>("kitchen", cancellationToken)).Items.ToHashSet(StringComparer.Ordinal);
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

    private sealed record TicketIds(IReadOnlyList<string> Items);
}
