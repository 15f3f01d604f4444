using System.Net;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.OrderService.Clients;

/// <summary>The Menu service: what a pizza is called and what it costs is its word alone.</summary>
public sealed class MenuClient(HttpClient http)
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Names, prices and time for some items; or Menu's own refusal (<c>unknown-pizza</c>, <c>unknown-topping</c>, <c>sold-out</c>,
    /// <c>validation</c>), or <c>menu-unavailable</c> where it does not answer.
    /// </summary>
    public async Task<Outcome<QuoteResponse>> Quote(IReadOnlyList<ItemRequest?> items, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/menu/quote")
        {
            Content = JsonContent.Create(new QuoteRequest(items), options: PizzeriaJson.Options),
        };
        request.Options.Set(ServiceRequest.Repeatable, value: true);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.ReadAsync<QuoteResponse>("menu", cancellationToken),
                HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity => await Refusal(
                    response,
                    cancellationToken
                ),
                _ => NotAnswering(),
            };
        }
        catch (ServiceUnavailableException)
        {
            return NotAnswering();
        }
    }

    private static async Task<Fault> Refusal(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = await response.ReadAsync<ProblemDocument>("menu", cancellationToken);
        var slug = problem.Type[(problem.Type.LastIndexOf('/') + 1)..];
        return slug is Slugs.UnknownPizza or Slugs.UnknownTopping or Slugs.SoldOut or Slugs.Validation
            ? new Fault(slug, problem.Detail) { Errors = problem.Errors }
            : NotAnswering();
    }

    private static Fault NotAnswering() =>
        new(Slugs.MenuUnavailable, "The menu can't be asked right now, so nothing was ordered.") { RetryAfter = TryAgainAfter };
}
