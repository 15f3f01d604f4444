using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>Somebody who uses the pizzeria through the gateway with a bearer token.</summary>
public sealed class Guest : IDisposable
{
    private readonly HttpClient _http;

    private Guest(HttpClient http) => _http = http;

    /// <summary>The client, for what has no word of its own here.</summary>
    public HttpClient Http => _http;

    /// <summary>Nobody in particular.</summary>
    public static Guest Anonymous(PizzeriaSystem system) =>
        new(new HttpClient { BaseAddress = system.Address, Timeout = TimeSpan.FromSeconds(30) });

    /// <summary>One of the Development accounts, or a registered one.</summary>
    public static async Task<Guest> SignIn(PizzeriaSystem system, string username, string password = "test")
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
    public async Task<HttpResponseMessage> Place(object order, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders") { Content = JsonContent.Create(order) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>Places an order that must be accepted.</summary>
    public async Task<JsonElement> MustPlace(object order, string? key = null)
    {
        using var answer = await Place(order, key);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>POSTs without a body.</summary>
    public async Task<HttpResponseMessage> Post(string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>POSTs what must succeed.</summary>
    public async Task MustPost(string path, object? body = null, string? key = null)
    {
        using var answer = await Post(path, body, key);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>PUTs what must succeed.</summary>
    public async Task MustPut(string path, object body)
    {
        using var answer = await _http.PutAsJsonAsync(path, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>GETs what must be there.</summary>
    public async Task<JsonElement> Get(string path)
    {
        using var answer = await _http.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>All orders that this guest may see, page by page.</summary>
    public async IAsyncEnumerable<JsonElement> AllOrders()
    {
        var (seen, total) = (0, 1);
        for (var page = 1; seen < total; page++)
        {
            var orders = await Get($"/api/orders?pageSize=100&page={page}");
            total = orders.GetProperty("total").GetInt32();
            foreach (var order in orders.GetProperty("items").EnumerateArray())
            {
                seen++;
                yield return order;
            }
        }
    }

    /// <summary>Waits for an order to reach a status.</summary>
    public Task<JsonElement> UntilStatus(string orderId, string status, TimeSpan within) =>
        Eventually.Gives(
            () => Get($"/api/orders/{orderId}"),
            order => order.GetProperty("status").GetString() == status,
            within,
            $"order {orderId} is {status}"
        );

    /// <summary>Waits for the kitchen's ticket.</summary>
    public Task UntilTicket(string orderId, string state, TimeSpan within) =>
        Eventually.Holds(() => HasTicket(orderId, state), within, $"the kitchen has a {state} ticket for {orderId}");

    /// <summary>Starts an order's ticket as soon as the kitchen has it.</summary>
    public Task UntilStarted(string orderId, TimeSpan within) =>
        Eventually.Gives(
            async () =>
            {
                using var answer = await Post($"/api/kitchen/tickets/{orderId}/start");
                return answer.StatusCode;
            },
            status =>
                status switch
                {
                    HttpStatusCode.OK => true,
                    HttpStatusCode.NotFound => false,
                    _ => throw new ShouldAssertException($"Starting {orderId} was answered with {status}."),
                },
            within,
            $"the kitchen has a ticket for {orderId}"
        );

    public void Dispose() => _http.Dispose();

    private async Task<bool> HasTicket(string orderId, string state)
    {
        for (string? next = ""; next is not null; )
        {
            var page = await Get($"/api/kitchen/tickets?state={state}&after={next}");
            if (page.GetProperty("items").EnumerateArray().Any(ticket => ticket.GetProperty("orderId").GetString() == orderId))
            {
                return true;
            }

            next = page.GetProperty("next").GetString();
        }

        return false;
    }
}
