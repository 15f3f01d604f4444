using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>A user of the pizzeria, who calls the gateway with a bearer token.</summary>
public sealed class Guest : IDisposable
{
    private readonly HttpClient _http;

    private Guest(HttpClient http) => _http = http;

    /// <summary>The HTTP client, for requests that have no method here.</summary>
    public HttpClient Http => _http;

    /// <summary>Creates a user who is not signed in.</summary>
    public static Guest Anonymous(PizzeriaSystem system) =>
        new(new HttpClient { BaseAddress = system.Address, Timeout = TimeSpan.FromSeconds(30) });

    /// <summary>Signs in with a Development account or a registered one.</summary>
    public static async Task<Guest> SignInAsync(PizzeriaSystem system, string username, string password = "test")
    {
        var guest = Anonymous(system);
        var answer = await guest._http.PostAsJsonAsync("/api/auth/token", new { username, password });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        guest._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return guest;
    }

    /// <summary>The body of an order for one medium Margherita.</summary>
    public static object AnOrder(string payment = "cash", string? cardToken = null, string fulfilment = "delivery", int quantity = 1) =>
        new
        {
            items = new[]
            {
                new
                {
                    pizzaId = "margherita",
                    size = "medium",
                    extraToppings = Array.Empty<string>(),
                    quantity,
                },
            },
            customer = new
            {
                name = "Giulia Rossi",
                phone = "+39 055 1234567",
                address = "Via Roma 1",
            },
            fulfilment,
            paymentMethod = payment,
            payment = cardToken is null ? null : new { cardToken },
        };

    /// <summary>Places an order, with an idempotency key if one is given.</summary>
    public async Task<HttpResponseMessage> PlaceAsync(object order, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders") { Content = JsonContent.Create(order) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>
    /// Places an order that must be accepted. While messages of an earlier test wait, orders are refused with 503 and Retry-After; then it
    /// is sent again.
    /// </summary>
    public async Task<JsonElement> MustPlaceAsync(object order, string? key = null)
    {
        JsonElement placed = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                using var answer = await PlaceAsync(order, key);
                if (answer is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null })
                {
                    return false;
                }

                answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
                placed = await answer.Content.ReadFromJsonAsync<JsonElement>();
                return true;
            },
            "the order is accepted"
        );
        return placed;
    }

    /// <summary>POSTs, with a body and an idempotency key if they are given.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>POSTs a request that must succeed.</summary>
    public async Task MustPostAsync(string path, object? body = null, string? key = null)
    {
        using var answer = await PostAsync(path, body, key);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>PUTs a request that must succeed.</summary>
    public async Task MustPutAsync(string path, object body)
    {
        using var answer = await _http.PutAsJsonAsync(path, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>GETs a resource that must exist.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Returns all orders that this user may see, page by page.</summary>
    public async IAsyncEnumerable<JsonElement> AllOrders()
    {
        var (seen, total) = (0, 1);
        for (var page = 1; seen < total; page++)
        {
            var orders = await GetAsync($"/api/orders?pageSize=100&page={page}");
            total = orders.GetProperty("total").GetInt32();
            foreach (var order in orders.GetProperty("items").EnumerateArray())
            {
                seen++;
                yield return order;
            }
        }
    }

    /// <summary>Waits for an order to reach a status.</summary>
    public Task<JsonElement> UntilStatusAsync(string orderId, string status, TimeSpan? within = null) =>
        Eventually.GivesAsync(
            () => GetAsync($"/api/orders/{orderId}"),
            order => order.GetProperty("status").GetString() == status,
            $"order {orderId} is {status}",
            within
        );

    /// <summary>Waits for an order's ticket to reach a state.</summary>
    public Task UntilTicketAsync(string orderId, string state, TimeSpan? within = null) =>
        Eventually.HoldsAsync(() => HasTicketAsync(orderId, state), $"the kitchen has a {state} ticket for {orderId}", within);

    /// <summary>Starts an order's ticket as soon as the kitchen has it.</summary>
    public Task UntilStartedAsync(string orderId) =>
        Eventually.GivesAsync(
            async () =>
            {
                using var answer = await PostAsync($"/api/kitchen/tickets/{orderId}/start");
                return answer.StatusCode;
            },
            status =>
                status switch
                {
                    HttpStatusCode.OK => true,
                    HttpStatusCode.NotFound => false,
                    _ => throw new ShouldAssertException($"Starting {orderId} was answered with {status}."),
                },
            $"the kitchen has a ticket for {orderId}"
        );

    public void Dispose() => _http.Dispose();

    private async Task<bool> HasTicketAsync(string orderId, string state)
    {
        for (string? next = ""; next is not null; )
        {
            var page = await GetAsync($"/api/kitchen/tickets?state={state}&after={next}");
            if (page.GetProperty("items").EnumerateArray().Any(ticket => ticket.GetProperty("orderId").GetString() == orderId))
            {
                return true;
            }

            next = page.GetProperty("next").GetString();
        }

        return false;
    }
}
