using System.Net;
using MariosPizzeria.BuildingBlocks.Batching;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.OrderService.Clients;

/// <summary>
/// The client of the Menu service, which alone decides the names and prices of pizzas. Concurrent quotes are sent in one call; each has its
/// own result, and a quote without others is sent at once.
/// </summary>
public sealed class MenuClient
{
    // Quotes that are requested during a call are sent with the next one. With two concurrent calls most calls would have one quote only.
    private const int ConcurrentCalls = 1;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    // A call to a replica that hangs times out only after seconds. It must not delay the following calls, which may reach another replica.
    private static readonly TimeSpan MaxBatchWait = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http;
    private readonly Batcher<QuoteRequest, Result<QuoteResponse>> _quotes;

    /// <summary>Creates a client that sends its calls with <paramref name="http"/>.</summary>
    public MenuClient(HttpClient http, TimeProvider time)
    {
        _http = http;
        _quotes = new(ConcurrentCalls, QuotesRequest.Most, QuoteAllAsync, isOneItemsFault: _ => false, time, MaxBatchWait);
    }

    /// <summary>
    /// Returns names, prices and time for some items; or the error of Menu (<c>unknown-pizza</c>, <c>unknown-topping</c>, <c>sold-out</c>,
    /// <c>validation</c>), or <c>menu-unavailable</c> if it does not respond.
    /// </summary>
    public Task<Result<QuoteResponse>> QuoteAsync(IReadOnlyList<ItemRequest?> items, CancellationToken cancellationToken) =>
        _quotes.ExecuteAsync(new(items), cancellationToken);

    // Not cancelled by a caller, because others may wait for the same call; the policy of the HTTP client limits its duration.
    private async Task<IReadOnlyList<Result<QuoteResponse>>> QuoteAllAsync(IReadOnlyList<QuoteRequest> requests)
    {
        if (requests.Count > 1 && await QuoteTogetherAsync(requests) is { } together)
        {
            return together;
        }

        return await Task.WhenAll(requests.Select(QuoteAloneAsync));
    }

    // Null if the quotes have to be requested one by one.
    private async Task<IReadOnlyList<Result<QuoteResponse>>?> QuoteTogetherAsync(IReadOnlyList<QuoteRequest> requests)
    {
        try
        {
            using var response = await PostAsync("internal/quotes", new QuotesRequest(requests));
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    var answers = (await response.ReadAsync<QuotesResponse>("menu", CancellationToken.None)).Answers;
                    return answers is { } all && all.Count == requests.Count ? [.. all.Select(ToOutcome)] : MenuUnavailable(requests);

                // A replica of the previous release; or all quotes together are too large for one request body.
                case HttpStatusCode.NotFound
                or HttpStatusCode.MethodNotAllowed
                or HttpStatusCode.RequestEntityTooLarge:
                    return null;
                default:
                    return MenuUnavailable(requests);
            }
        }
        catch (ServiceUnavailableException)
        {
            return MenuUnavailable(requests);
        }
    }

    private async Task<Result<QuoteResponse>> QuoteAloneAsync(QuoteRequest request)
    {
        try
        {
            using var response = await PostAsync("api/menu/quote", request);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.ReadAsync<QuoteResponse>("menu", CancellationToken.None),
                HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity => await RefusalAsync(response),
                _ => MenuUnavailable(),
            };
        }
        catch (ServiceUnavailableException)
        {
            return MenuUnavailable();
        }
    }

    private async Task<HttpResponseMessage> PostAsync(string path, object body)
    {
        using var request = ServiceRequest.RepeatablePost(path, body);
        return await _http.SendAsync(request, CancellationToken.None);
    }

    private static Result<QuoteResponse> ToOutcome(QuoteAnswer answer) =>
        answer switch
        {
            { Quote: { } quote } => quote,
            { Refusal: { } refusal } => Refusal(refusal.Slug, refusal.Detail, refusal.Errors),
            _ => MenuUnavailable(),
        };

    private static async Task<Error> RefusalAsync(HttpResponseMessage response)
    {
        var problem = await response.ReadAsync<ProblemDocument>("menu", CancellationToken.None);
        return Refusal(problem.Slug, problem.Detail, problem.Errors);
    }

    private static Error Refusal(string slug, string detail, IReadOnlyDictionary<string, string[]>? errors) =>
        slug is ErrorCodes.UnknownPizza or ErrorCodes.UnknownTopping or ErrorCodes.SoldOut or ErrorCodes.Validation
            ? new(slug, detail) { Errors = errors }
            : MenuUnavailable();

    private static Result<QuoteResponse>[] MenuUnavailable(IReadOnlyList<QuoteRequest> requests) =>
        [.. requests.Select(_ => (Result<QuoteResponse>)MenuUnavailable())];

    private static Error MenuUnavailable() =>
        new(ErrorCodes.MenuUnavailable, "The menu is not available right now, so nothing was ordered.") { RetryAfter = RetryAfter };
}
