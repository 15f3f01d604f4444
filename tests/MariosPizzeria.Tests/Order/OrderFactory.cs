using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Http;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.InProcess;
using MassTransit;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>The Order service in this process, with a menu and a kitchen that answer as a test defines.</summary>
public sealed class OrderFactory : ServiceFactory<Order>
{
    public StandIn Menu { get; } = new() { Answer = StandIn.Quote };

    public StandIn Kitchen { get; } = new() { Answer = _ => new(HttpStatusCode.OK) };

    public string Environment { get; init; } = "Development";

    /// <summary>Whether the token of a user without an account is accepted; tests of accounts set false.</summary>
    public bool KnowsEverybody { get; init; } = true;

    /// <summary>
    /// The iterations of a password's hash. Few, because hashing as in production would take most of the time of tests that sign in.
    /// </summary>
    public int PasswordIterations { get; init; } = 1000;

    /// <summary>Another replica. This one shares its database and its cache.</summary>
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

    /// <summary>Registers a customer with the password "correct horse".</summary>
    public Task RegisterAsync(string username) =>
        Anonymous()
            .PostAsync(
                "/api/auth/register",
                new
                {
                    username,
                    password = "correct horse",
                    name = username,
                }
            )
            .JsonAsync(201);

    /// <summary>Places an order as a customer and returns its id.</summary>
    public async Task<string> PlacedAsync(string paymentMethod = "cash", string fulfilment = "delivery", HttpClient? by = null)
    {
        var order = await (by ?? As("customer")).PostAsync("/api/orders", Request(paymentMethod, fulfilment)).JsonAsync(201);
        return order.GetProperty("id").GetString()!;
    }

    /// <summary>Places an order, brings it to a state with the events that lead to it, and returns its id.</summary>
    public async Task<string> InAsync(OrderStatus status, string paymentMethod = "cash", string fulfilment = "delivery")
    {
        var id = await PlacedAsync(paymentMethod, fulfilment);
        await BringAsync(id, status, paymentMethod);
        return id;
    }

    /// <summary>Brings a pending order to a state.</summary>
    public async Task BringAsync(string id, OrderStatus status, string paymentMethod = "cash")
    {
        // A cash order is confirmed when it is placed.
        if (status >= OrderStatus.Confirmed && paymentMethod != "cash")
        {
            var method = PizzeriaJson.Parse<PaymentMethod>(paymentMethod)!.Value;
            await HearAsync(
                new PaymentSucceeded
                {
                    OrderId = id,
                    Amount = new(3378),
                    Method = method,
                    OccurredAt = Clock.GetUtcNow(),
                }
            );
            await ReachesAsync(id, OrderStatus.Confirmed);
        }

        if (status >= OrderStatus.Cooking)
        {
            await HearAsync(
                new CookingStarted
                {
                    OrderId = id,
                    Chef = "chef-1",
                    OccurredAt = Clock.GetUtcNow(),
                }
            );
            await ReachesAsync(id, OrderStatus.Cooking);
        }

        if (status >= OrderStatus.Ready)
        {
            await HearAsync(
                new OrderReady
                {
                    OrderId = id,
                    Chef = "chef-1",
                    CookingStartedAt = Clock.GetUtcNow(),
                    OccurredAt = Clock.GetUtcNow(),
                }
            );
            await ReachesAsync(id, OrderStatus.Ready);
        }
    }

    public async Task ReachesAsync(string id, OrderStatus status) =>
        await Answers.EventuallyAsync(
            async () =>
                (await As("manager").ReadAsync($"/api/orders/{id}").JsonAsync()).GetProperty("status").GetString()
                == PizzeriaJson.Text(status),
            $"order {id} is {status}"
        );

    /// <summary>Publishes an event of another service.</summary>
    public Task HearAsync<T>(T e)
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

            services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordIterations);
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

            // Tokens are issued with the test's clock and checked with the machine's.
            services.PostConfigure<JwtBearerOptions>(
                JwtBearerDefaults.AuthenticationScheme,
                bearer => bearer.TokenValidationParameters.ValidateLifetime = false
            );
        });
    }
}

/// <summary>Treats a user without an account as if there were one, because tests issue tokens for users who never registered.</summary>
public sealed class EverybodysVersions(IRepository<Account> accounts) : IAccountVersions
{
    /// <inheritdoc/>
    public async Task<long?> FindAsync(string accountId, CancellationToken cancellationToken) =>
        await accounts.FindAsync(accountId, cancellationToken) is null
            ? 0
            : await new StoredAccountVersions(accounts).FindAsync(accountId, cancellationToken);
}

/// <summary>A stand-in for another service.</summary>
public sealed class StandIn : HttpMessageHandler
{
    private int _calls;

    public required Func<JsonElement, HttpResponseMessage> Answer { get; set; }

    public int Calls => _calls;

    /// <summary>Answers some requests by their content; for the others it returns null, and <see cref="Answer"/> answers them.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?>? Route { get; set; }

    /// <summary>Quotes any pizza, at the contract's price of a margherita.</summary>
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

        var text = request.Content is null ? "null" : await request.Content.ReadAsStringAsync(cancellationToken);
        var body = JsonSerializer.Deserialize<JsonElement>(text);
        return request.RequestUri!.AbsolutePath == "/internal/quotes" ? await AnswerTogetherAsync(body, cancellationToken) : Answer(body);
    }

    // Answers each request as if it were sent alone.
    private async Task<HttpResponseMessage> AnswerTogetherAsync(JsonElement body, CancellationToken cancellationToken)
    {
        var answers = new List<QuoteAnswer>();
        foreach (var request in body.GetProperty("requests").EnumerateArray())
        {
            using var answer = Answer(request);
            if ((int)answer.StatusCode >= 500)
            {
                return new(answer.StatusCode);
            }

            if (answer.IsSuccessStatusCode)
            {
                answers.Add(new(await answer.Content.ReadFromJsonAsync<QuoteResponse>(PizzeriaJson.Options, cancellationToken), null));
                continue;
            }

            var problem = (await answer.Content.ReadFromJsonAsync<ProblemDocument>(PizzeriaJson.Options, cancellationToken))!;
            answers.Add(new(null, new(problem.Type["/problems/".Length..], problem.Detail, problem.Errors)));
        }

        return Json(HttpStatusCode.OK, new QuotesResponse(answers));
    }

    public static HttpResponseMessage Json<T>(HttpStatusCode status, T body) =>
        new(status) { Content = JsonContent.Create(body, options: PizzeriaJson.Options) };
}
