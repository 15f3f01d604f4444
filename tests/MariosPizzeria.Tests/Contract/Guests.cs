using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.Tests.Gateway;
using MariosPizzeria.Tests.Ordering;

namespace MariosPizzeria.Tests.Contract;

/// <summary>People who use the pizzeria through its gateway, and bring an order to where a test wants it.</summary>
public sealed class Guests(OpenPizzeria pizzeria) : IDisposable
{
    private readonly Dictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);

    /// <summary>Somebody with a role; <c>anonymous</c> and <c>another-customer</c> are people too.</summary>
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

    public Task<HttpResponseMessage> Send(string who, string method, string address, object? body = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = body is null ? null : JsonContent.Create(body) };
        if (address.EndsWith("/stream", StringComparison.Ordinal))
        {
            request.Headers.Accept.ParseAdd("text/event-stream");
        }

        return As(who).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Sends, and has it done.</summary>
    public async Task<JsonElement> Do(string who, string method, string address, object? body = null)
    {
        using var answer = await Send(who, method, address, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{who}: {method} {address} is {answer.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The token that somebody who has just registered was mailed.</summary>
    public async Task<string> EmailToken()
    {
        var name = Guid.NewGuid().ToString("N");
        var account = new
        {
            username = name,
            password = "correct horse",
            name = "Ada",
            email = $"{name}@example.org",
        };
        await Do("anonymous", "POST", "/api/auth/register", account);
        MailServer.Mail? mail = null;
        await Expectations.Eventually(
            () => Task.FromResult((mail = pizzeria.Mails.FirstOrDefault(each => each.To == account.email)) is not null),
            "the confirmation is mailed"
        );
        return mail!
            .Text.Split((char[])['\r', '\n'])
            .Single(line => line.Count(letter => letter == '.') == 2 && !line.Contains(' ', StringComparison.Ordinal));
    }

    /// <summary>An order that the kitchen has the ticket of.</summary>
    public async Task<string> Queued(string who = "customer", string method = "cash", string fulfilment = "delivery")
    {
        var id = await Placed(who, method, fulfilment);
        await Reaches(id, "confirmed");
        await Expectations.Eventually(() => HasTicket(id), $"the kitchen has a ticket of {id}");
        return id;
    }

    public async Task<string> Placed(string who = "customer", string method = "cash", string fulfilment = "delivery")
    {
        var body = JsonSerializer.SerializeToNode(OrderFactory.Request(method), ServiceDefaults.PizzeriaJson.Options)!.AsObject();
        body["fulfilment"] = fulfilment;
        return (await Do(who, "POST", "/api/orders", body)).GetProperty("id").GetString()!;
    }

    public async Task<string> Cooking()
    {
        var id = await Queued();
        await Do("chef", "POST", $"/api/kitchen/tickets/{id}/start");
        await Reaches(id, "cooking");
        return id;
    }

    public async Task<string> Ready(string fulfilment = "delivery")
    {
        var id = await Queued(fulfilment: fulfilment);
        await Do("chef", "POST", $"/api/kitchen/tickets/{id}/start");
        await Do("chef", "POST", $"/api/kitchen/tickets/{id}/ready");
        await Reaches(id, "ready");
        return id;
    }

    public async Task<string> UnderWay(string with)
    {
        var id = await Ready();
        await Do(with, "POST", $"/api/delivery/{id}/take");
        return id;
    }

    public async Task<string> Notified(string who)
    {
        var order = await Placed(who);
        var id = "";
        await Expectations.Eventually(
            async () =>
            {
                var mine = (await Do(who, "GET", "/api/notifications")).GetProperty("items").EnumerateArray();
                id = mine.Where(one => one.GetProperty("orderId").GetString() == order)
                    .Select(one => one.GetProperty("id").GetString())
                    .FirstOrDefault();
                return id is not null;
            },
            $"{who} is notified of {order}"
        );
        return id!;
    }

    public async Task<string> AddedPizza() => (await Do("manager", "POST", "/api/menu/pizzas", NewPizza())).GetProperty("id").GetString()!;

    public static object NewPizza() =>
        new
        {
            name = $"Stagioni {Guid.NewGuid():N}"[..24],
            basePrice = 17.49m,
            toppings = new[] { "ham" },
        };

    public Task Reaches(string id, string status) =>
        Expectations.Eventually(
            async () => (await Do("manager", "GET", $"/api/orders/{id}")).GetProperty("status").GetString() == status,
            $"{id} is {status}"
        );

    private async Task<bool> HasTicket(string id)
    {
        using var withdrawn = await Send("chef", "GET", "/api/kitchen/tickets?state=queued");
        withdrawn.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await withdrawn.Content.ReadAsStringAsync()).Contains(id, StringComparison.Ordinal);
    }
}
