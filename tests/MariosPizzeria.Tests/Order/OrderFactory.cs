using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.Tests.InProcess;
using MassTransit;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The Order service in this process, with a menu and a kitchen that answer as a test wants.</summary>
public sealed class OrderFactory : ServiceFactory<Order>
{
    public StandIn Menu { get; } = new() { Answer = StandIn.Quote };

    public StandIn Kitchen { get; } = new() { Answer = _ => new(HttpStatusCode.OK) };

    public string Environment { get; init; } = "Development";

    /// <summary>Whether a token counts though its user has no account; a test of accounts says no.</summary>
    public bool KnowsEverybody { get; init; } = true;

    /// <summary>Another replica: this one has its database and its cache.</summary>
    public OrderFactory? SharesWith { get; init; }

    public static object Request(string paymentMethod = "cash", string fulfilment = "delivery", string? notes = null) =>
        new
        {
            items = new[]
            {
                new
                {
                    pizzaId = "margherita",
                    size = "medium",
                    quantity = 2,
                    extraToppings = Array.Empty<string>(),
                },
            },
            customer = new
            {
                name = "Ada",
                phone = "+1 555 0100",
                address = "1 Main St",
            },
            fulfilment,
            paymentMethod,
            notes,
        };

    /// <summary>The id of an order that a customer has just placed.</summary>
    public async Task<string> Placed(string paymentMethod = "cash", string fulfilment = "delivery", HttpClient? by = null)
    {
        var order = await (by ?? As("customer")).Post("/api/orders", Request(paymentMethod, fulfilment)).Json(201);
        return order.GetProperty("id").GetString()!;
    }

    /// <summary>The id of an order that has come as far as a state, by the events that bring it there.</summary>
    public async Task<string> In(OrderStatus status, string paymentMethod = "cash", string fulfilment = "delivery")
    {
        var id = await Placed(paymentMethod, fulfilment);
        await Bring(id, status, paymentMethod);
        return id;
    }

    /// <summary>Brings a pending order as far as a state.</summary>
    public async Task Bring(string id, OrderStatus status, string paymentMethod = "cash")
    {
        if (status >= OrderStatus.Confirmed)
        {
            var method = PizzeriaJson.Parse<PaymentMethod>(paymentMethod)!.Value;
            await Hear(
                new PaymentSucceeded
                {
                    OrderId = id,
                    Amount = new(3378),
                    Method = method,
                    OccurredAt = Clock.GetUtcNow(),
                }
            );
            await Reaches(id, OrderStatus.Confirmed);
        }

        if (status >= OrderStatus.Cooking)
        {
            await Hear(
                new CookingStarted
                {
                    OrderId = id,
                    Chef = "chef-1",
                    OccurredAt = Clock.GetUtcNow(),
                }
            );
            await Reaches(id, OrderStatus.Cooking);
        }

        if (status >= OrderStatus.Ready)
        {
            await Hear(
                new OrderReady
                {
                    OrderId = id,
                    Chef = "chef-1",
                    CookingStartedAt = Clock.GetUtcNow(),
                    OccurredAt = Clock.GetUtcNow(),
                }
            );
            await Reaches(id, OrderStatus.Ready);
        }
    }

    public async Task Reaches(string id, OrderStatus status) =>
        await Answers.Eventually(
            async () =>
                (await As("manager").Read($"/api/orders/{id}").Json()).GetProperty("status").GetString() == PizzeriaJson.Text(status),
            $"order {id} is {status}"
        );

    /// <summary>Puts an event of another service on the bus.</summary>
    public Task Hear<T>(T e)
        where T : Event => Get<IBus>().Publish(e);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseEnvironment(Environment);
        foreach (var upstream in new[] { "menu", "kitchen" })
        {
            builder.UseSetting($"services:{upstream}:http:0", $"http://{upstream}");
        }

        builder.ConfigureTestServices(services =>
        {
            services.AddHttpClient(nameof(MenuClient)).ConfigurePrimaryHttpMessageHandler(() => Menu);
            services.AddHttpClient(nameof(KitchenClient)).ConfigurePrimaryHttpMessageHandler(() => Kitchen);

            if (KnowsEverybody)
            {
                services.AddSingleton<IAccountVersions, EverybodysVersions>();
            }

            if (SharesWith is not null)
            {
                services.AddSingleton(SharesWith.Get<IRepository<Account>>());
                services.AddSingleton(SharesWith.Get<ICache>());
                services.AddSingleton(SharesWith.Get<IRepository<Order>>());
            }

            // Tokens are issued by the test's clock and checked by the machine's.
            services.PostConfigure<JwtBearerOptions>(
                JwtBearerDefaults.AuthenticationScheme,
                bearer => bearer.TokenValidationParameters.ValidateLifetime = false
            );
        });
    }
}

/// <summary>The accounts, and everybody else as if he had one: tests make tokens of users who never registered.</summary>
public sealed class EverybodysVersions(IRepository<Account> accounts) : IAccountVersions
{
    /// <inheritdoc/>
    public async Task<long?> FindAsync(string accountId, CancellationToken cancellationToken) =>
        await accounts.Find(accountId, cancellationToken) is null
            ? 0
            : await new StoredAccountVersions(accounts).FindAsync(accountId, cancellationToken);
}

/// <summary>Another service, as far as a test needs one.</summary>
public sealed class StandIn : HttpMessageHandler
{
    private int _calls;

    public required Func<JsonElement, HttpResponseMessage> Answer { get; set; }

    public int Calls => _calls;

    /// <summary>Answers some requests by what they are; the others get the <see cref="Answer"/>.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?>? Route { get; set; }

    /// <summary>Any pizza, at the contract's price of a margherita.</summary>
    public static HttpResponseMessage Quote(JsonElement request)
    {
        var lines = request.Deserialize<QuoteRequest>(PizzeriaJson.Options)!.Items!.Select(item => Price(item!)).ToList();
        return Json(
            HttpStatusCode.OK,
            new QuoteResponse(lines, lines.Select(line => line.LineTotal).Sum(), Money.Currency, EstimatedReadyMinutes: 12)
        );
    }

    private static QuoteLine Price(ItemRequest item)
    {
        string[] extra = [.. (item.ExtraToppings ?? []).OfType<string>()];
        var breakdown = Pricing.Of(new(1299), item.Size!.Value, extra.Length);
        return new(
            item.PizzaId!,
            item.PizzaId!,
            item.Size.Value,
            [],
            extra,
            item.Quantity!.Value,
            breakdown.UnitPrice,
            breakdown.UnitPrice * item.Quantity.Value,
            breakdown
        );
    }

    public static HttpResponseMessage Problem(int status, string slug, string detail, Dictionary<string, string[]>? errors = null) =>
        Json((HttpStatusCode)status, new ProblemDocument($"/problems/{slug}", "title", status, detail, "trace", errors));

    public static HttpResponseMessage Down(JsonElement request) =>
        throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        if (Route?.Invoke(request) is { } routed)
        {
            return routed;
        }

        var body = request.Content is null ? "null" : await request.Content.ReadAsStringAsync(cancellationToken);
        return Answer(JsonSerializer.Deserialize<JsonElement>(body));
    }

    public static HttpResponseMessage Json<T>(HttpStatusCode status, T body) =>
        new(status) { Content = JsonContent.Create(body, options: PizzeriaJson.Options) };
}
