using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Tests.Gateway;
using MariosPizzeria.Tests.Ordering;

namespace MariosPizzeria.Tests.Contract;

/// <summary>Users who call the pizzeria through its gateway, and who bring an order to the state that a test needs.</summary>
public sealed class Guests(OpenPizzeria pizzeria) : IDisposable
{
    private readonly Dictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);

    /// <summary>Returns the client of a user: a role, <c>anonymous</c> or <c>another-customer</c>.</summary>
    public HttpClient As(string who)
    {
        if (!_clients.TryGetValue(who, out var client))
        {
            _clients[who] = client = pizzeria.Client("gateway");
            if (who != "anonymous")
            {
                pizzeria.SignIn(client, $"{who}-1", who == "another-customer" ? "customer" : who);
            }
        }

        return client;
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    public Task<HttpResponseMessage> SendAsync(string who, string method, string address, object? body = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = body is null ? null : JsonContent.Create(body) };
        if (address.EndsWith("/stream", StringComparison.Ordinal))
        {
            request.Headers.Accept.ParseAdd("text/event-stream");
        }

        return As(who).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Sends a request that must succeed, and returns the JSON of the response.</summary>
    public async Task<JsonElement> DoAsync(string who, string method, string address, object? body = null)
    {
        using var answer = await SendAsync(who, method, address, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{who}: {method} {address} is {answer.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Registers an account and returns the token that was mailed to it.</summary>
    public async Task<string> EmailTokenAsync()
    {
        var name = Guid.NewGuid().ToString("N");
        var account = new
        {
            username = name,
            password = "correct horse",
            name = "Ada",
            email = $"{name}@example.org",
        };
        await DoAsync("anonymous", "POST", "/api/auth/register", account);
        MailServer.Mail? mail = null;
        await Expectations.EventuallyAsync(
            () => Task.FromResult((mail = pizzeria.Mails.FirstOrDefault(each => each.To == account.email)) is not null),
            "the confirmation is mailed"
        );
        return mail!
            .Text.Split((char[])['\r', '\n'])
            .Single(line => line.Count(letter => letter == '.') == 2 && !line.Contains(' ', StringComparison.Ordinal));
    }

    /// <summary>Places an order, waits until the kitchen has its ticket, and returns the order's id.</summary>
    public async Task<string> QueuedAsync(string who = "customer", string method = "cash", string fulfilment = "delivery")
    {
        var id = await PlacedAsync(who, method, fulfilment);
        await ReachesAsync(id, "confirmed");
        await Expectations.EventuallyAsync(() => HasTicketAsync(id), $"the kitchen has a ticket of {id}");
        return id;
    }

    public async Task<string> PlacedAsync(string who = "customer", string method = "cash", string fulfilment = "delivery")
    {
        var body = JsonSerializer.SerializeToNode(OrderFactory.Request(method), PizzeriaJson.Options)!.AsObject();
        body["fulfilment"] = fulfilment;
        return (await DoAsync(who, "POST", "/api/orders", body)).GetProperty("id").GetString()!;
    }

    /// <summary>Places an order as a guest and returns its tracking token.</summary>
    public async Task<string> TrackedAsync() =>
        (await DoAsync("anonymous", "POST", "/api/guest/orders", OrderFactory.Request("cash"))).GetProperty("trackingToken").GetString()!;

    public async Task<string> CookingAsync()
    {
        var id = await QueuedAsync();
        await DoAsync("chef", "POST", $"/api/kitchen/tickets/{id}/start");
        await ReachesAsync(id, "cooking");
        return id;
    }

    public async Task<string> ReadyAsync(string fulfilment = "delivery")
    {
        var id = await QueuedAsync(fulfilment: fulfilment);
        await DoAsync("chef", "POST", $"/api/kitchen/tickets/{id}/start");
        await DoAsync("chef", "POST", $"/api/kitchen/tickets/{id}/ready");
        await ReachesAsync(id, "ready");
        return id;
    }

    public async Task<string> UnderWayAsync(string with)
    {
        var id = await ReadyAsync();
        await DoAsync(with, "POST", $"/api/delivery/{id}/take");
        return id;
    }

    public async Task<string> HandedOverAsync(string by)
    {
        var id = await UnderWayAsync(by);
        await DoAsync(by, "POST", $"/api/delivery/{id}/delivered");
        return id;
    }

    public async Task<string> NotifiedAsync(string who)
    {
        var order = await PlacedAsync(who);
        var id = "";
        await Expectations.EventuallyAsync(
            async () =>
            {
                var mine = (await DoAsync(who, "GET", "/api/notifications")).GetProperty("items").EnumerateArray();
                id = mine.Where(one => one.GetProperty("orderId").GetString() == order)
                    .Select(one => one.GetProperty("id").GetString())
                    .FirstOrDefault();
                return id is not null;
            },
            $"{who} is notified of {order}"
        );
        return id!;
    }

    public async Task<string> AddedPizzaAsync() =>
        (await DoAsync("manager", "POST", "/api/menu/pizzas", NewPizza())).GetProperty("id").GetString()!;

    public static object NewPizza() =>
        new
        {
            name = $"Stagioni {Guid.NewGuid():N}"[..24],
            basePrice = 17.49m,
            toppings = new[] { "ham" },
        };

    public Task ReachesAsync(string id, string status) =>
        Expectations.EventuallyAsync(
            async () => (await DoAsync("manager", "GET", $"/api/orders/{id}")).GetProperty("status").GetString() == status,
            $"{id} is {status}"
        );

    private async Task<bool> HasTicketAsync(string id)
    {
        using var withdrawn = await SendAsync("chef", "GET", "/api/kitchen/tickets?state=queued");
        withdrawn.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await withdrawn.Content.ReadAsStringAsync()).Contains(id, StringComparison.Ordinal);
    }
}
