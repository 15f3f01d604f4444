using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.Contracts;
using MariosPizzeria.Tests.Foundation;
using MariosPizzeria.Tests.Gateway;
using MariosPizzeria.Tests.Ordering;
using Microsoft.AspNetCore.Routing;

namespace MariosPizzeria.Tests.Contract;

/// <summary>
/// The promised API: every endpoint, who may call it, and its response. Every kind of user calls it through the gateway.
/// </summary>
public sealed partial class EndpointTests(OpenPizzeria pizzeria) : IClassFixture<OpenPizzeria>, IDisposable
{
    private const string Anyone = "anonymous customer chef driver manager";
    private const string SignedIn = "customer chef driver manager";
    private const string Customer = "customer manager";
    private const string Staff = "chef driver manager";
    private const string Chef = "chef manager";
    private const string Driver = "driver manager";
    private const string Manager = "manager";

    private static readonly string[] Everybody = ["anonymous", "customer", "chef", "driver", "manager"];

    private const string SignOutEverywhere = "/api/auth/logout/everywhere";

    private static readonly Row[] Table =
    [
        new("POST", "/api/auth/register", Anyone, 201, (_, _) => CallAsync("", Account())),
        new("POST", "/api/auth/login", Anyone, 200, async (guests, _) => new("", await RegisteredAsync(guests))),
        new("POST", "/api/auth/logout", Anyone, 204, (_, _) => CallAsync("")),
        new("POST", SignOutEverywhere, SignedIn, 204, (_, _) => CallAsync("")),
        new("POST", "/api/auth/token", Anyone, 200, async (guests, _) => new("", await RegisteredAsync(guests))),
        new("GET", "/api/auth/me", SignedIn, 200, (_, _) => CallAsync("")),
        new("GET", "/api/profile", Customer, 200, (_, _) => CallAsync("")),
        new("PUT", "/api/profile", Customer, 200, (_, _) => CallAsync("", new { name = "Ada" })),
        new(
            "POST",
            "/api/profile/email/confirm",
            Anyone,
            204,
            async (guests, _) => new("", new { token = await guests.EmailTokenAsync() })
        ),
        new("GET", "/api/menu", Anyone, 200, (_, _) => CallAsync("")),
        new("GET", "/api/menu/pizzas/{id}", Anyone, 200, (_, _) => CallAsync("margherita")),
        new("POST", "/api/menu/pizzas", Manager, 201, (_, _) => CallAsync("", Guests.NewPizza())),
        new("PUT", "/api/menu/pizzas/{id}", Manager, 200, async (guests, _) => new(await guests.AddedPizzaAsync(), Guests.NewPizza())),
        new("DELETE", "/api/menu/pizzas/{id}", Manager, 204, async (guests, _) => new(await guests.AddedPizzaAsync())),
        new(
            "PUT",
            "/api/menu/pizzas/{id}/availability",
            Chef,
            200,
            async (guests, _) => new(await guests.AddedPizzaAsync(), new { available = false, reason = "out of ham" })
        ),
        new(
            "PUT",
            "/api/menu/toppings/{name}/availability",
            Chef,
            200,
            (_, _) => CallAsync("anchovies", new { available = false, reason = "no boat" })
        ),
        new(
            "POST",
            "/api/menu/quote",
            Anyone,
            200,
            (_, _) =>
                CallAsync(
                    "",
                    new
                    {
                        items = new[]
                        {
                            new
                            {
                                pizzaId = "margherita",
                                size = "medium",
                                quantity = 1,
                            },
                        },
                    }
                )
        ),
        new("POST", "/api/orders", Customer, 201, (_, _) => CallAsync("", OrderFactory.Request("cash"))),
        new("GET", "/api/orders", SignedIn, 200, (_, _) => CallAsync("")),
        new("GET", "/api/orders/{id}", SignedIn, 200, async (guests, _) => new(await guests.PlacedAsync())) { IsOwners = true },
        new("GET", "/api/orders/{id}/timeline", SignedIn, 200, async (guests, _) => new(await guests.PlacedAsync())) { IsOwners = true },
        new("GET", "/api/orders/{id}/stream", SignedIn, 200, async (guests, _) => new(await guests.PlacedAsync())) { IsOwners = true },
        new(
            "POST",
            "/api/orders/{id}/cancel",
            Customer,
            200,
            async (guests, _) => new(await guests.QueuedAsync(), new { reason = "changed my mind" })
        )
        {
            IsOwners = true,
        },
        new("POST", "/api/guest/orders", Anyone, 201, (_, _) => CallAsync("", OrderFactory.Request("cash"))),
        new("GET", "/api/track/{token}", Anyone, 200, async (guests, _) => new(await guests.TrackedAsync())),
        new("GET", "/api/track/{token}/stream", Anyone, 200, async (guests, _) => new(await guests.TrackedAsync())),
        new("POST", "/api/track/{token}/keep", Customer, 200, async (guests, _) => new(await guests.TrackedAsync())),
        new(
            "POST",
            "/api/track/{token}/cancel",
            Anyone,
            200,
            async (guests, _) => new(await guests.TrackedAsync(), new { reason = "changed my mind" })
        ),
        new("GET", "/api/kitchen/status", Staff, 200, (_, _) => CallAsync("")),
        new("GET", "/api/kitchen/tickets", Chef, 200, (_, _) => CallAsync("")),
        new("GET", "/api/kitchen/stream", Chef, 200, (_, _) => CallAsync("")),
        new("POST", "/api/kitchen/tickets/{orderId}/start", Chef, 200, async (guests, _) => new(await guests.QueuedAsync())),
        new("POST", "/api/kitchen/tickets/{orderId}/ready", Chef, 200, async (guests, _) => new(await guests.CookingAsync())),
        new("POST", "/api/kitchen/tickets/{orderId}/undo", Chef, 200, async (guests, _) => new(await guests.CookingAsync())),
        new("PUT", "/api/kitchen/capacity", Manager, 200, (_, _) => CallAsync("", new { capacity = 100 })),
        new("PUT", "/api/kitchen/paused", Manager, 200, (_, _) => CallAsync("", new { paused = false })),
        new("GET", "/api/shop", Anyone, 200, (_, _) => CallAsync("")),
        new("GET", "/api/shop/slots", Anyone, 200, (_, _) => CallAsync("")),
        new(
            "PUT",
            "/api/shop/hours",
            Manager,
            200,
            (_, _) =>
                CallAsync(
                    "",
                    new
                    {
                        hours = OpeningHours.Always.Periods.Select(period => new
                        {
                            day = PizzeriaJson.Text(period.Day),
                            from = period.From,
                            to = period.To,
                        }),
                    }
                )
        ),
        new("PUT", "/api/shop/busy", Manager, 200, (_, _) => CallAsync("", new { extraMinutes = 0 })),
        new("GET", "/api/delivery/ready", Driver, 200, (_, _) => CallAsync("")),
        new("GET", "/api/delivery/tour", Driver, 200, (_, _) => CallAsync("")),
        new("GET", "/api/delivery/stream", Driver, 200, (_, _) => CallAsync("")),
        new("POST", "/api/delivery/{orderId}/take", Driver, 200, async (guests, _) => new(await guests.ReadyAsync())),
        new("POST", "/api/delivery/{orderId}/delivered", Driver, 200, async (guests, who) => new(await guests.UnderWayAsync(who))),
        new("POST", "/api/delivery/{orderId}/undo", Driver, 200, async (guests, who) => new(await guests.HandedOverAsync(who))),
        new(
            "POST",
            "/api/delivery/{orderId}/failed",
            Driver,
            200,
            async (guests, who) => new(await guests.UnderWayAsync(who), new { reason = "nobody at home" })
        ),
        new("GET", "/api/notifications", Customer, 200, (_, _) => CallAsync("")),
        new("POST", "/api/notifications/{id}/read", Customer, 200, async (guests, who) => new(await guests.NotifiedAsync(who))),
        new("POST", "/api/notifications/{id}/dismiss", Customer, 200, async (guests, who) => new(await guests.NotifiedAsync(who))),
        new("GET", "/api/reports/overview", Manager, 200, (_, _) => CallAsync("")),
        new("GET", "/api/reports/stream", Manager, 200, (_, _) => CallAsync("")),
        new("GET", "/api/reports/takings", Manager, 200, (_, _) => CallAsync("?from=2026-01-01&to=2026-01-31")),
        new("GET", "/api/reports/late", Manager, 200, (_, _) => CallAsync("")),
        new("GET", "/api/reports/hours", Manager, 200, (_, _) => CallAsync("")),
        new("GET", "/api/reports/orders", Manager, 200, (_, _) => CallAsync("?from=2026-01-01&to=2026-01-31")),
        new("GET", "/api/reports/timeseries", Manager, 200, (_, _) => CallAsync("?bucket=week&from=2026-01-01&to=2026-01-31")),
        new("GET", "/api/reports/pizzas", Manager, 200, (_, _) => CallAsync("")),
        new("GET", "/api/reports/staff", Manager, 200, (_, _) => CallAsync("")),
        new("GET", "/api/reports/customers", Manager, 200, (_, _) => CallAsync("")),
        new("GET", "/api/reports/daily", Manager, 200, (_, _) => CallAsync("")),
        new("GET", "/health", Anyone, 200, (_, _) => CallAsync("")),
        new("GET", "/health/ready", Anyone, 200, (_, _) => CallAsync("")),
        new("GET", "/alive", Anyone, 200, (_, _) => CallAsync("")),
    ];

    private readonly Guests _guests = new(pizzeria);

    // Without the endpoint that revokes the tokens of the other rows; AccessTests covers it.
    public static TheoryData<string> Rows => [.. Table.Where(row => row.Path != SignOutEverywhere).Select(row => row.Name)];

    public static TheoryData<string> ReadingRows => [.. Table.Where(row => row.Method == "GET").Select(row => row.Name)];

    public static TheoryData<string> OwnersRows => [.. Table.Where(row => row.IsOwners).Select(row => row.Name)];

    public void Dispose() => _guests.Dispose();

    [Fact]
    public void The_table_is_what_the_processes_serve_and_nothing_else()
    {
        var served = new[] { "menu", "order", "kitchen", "gateway" }
            .SelectMany(process => pizzeria.Get<IEnumerable<EndpointDataSource>>(process))
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is { HttpMethods.Count: > 0 })
            .SelectMany(endpoint =>
                endpoint
                    .Metadata.GetMetadata<HttpMethodMetadata>()!
                    .HttpMethods.Where(method => method != "HEAD") // is mapped together with GET
                    .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}")
            )
            .Where(route => route.Contains(" /api/", StringComparison.Ordinal))
            .Distinct()
            .ToList();

        served.ShouldBe(Table.Select(row => row.Name).Where(name => name.Contains(" /api/", StringComparison.Ordinal)), ignoreOrder: true);
    }

    [Fact]
    public async Task The_table_is_what_the_apis_document_describes_and_nothing_else()
    {
        var document = await ApiDocument.ReadAsync(
            JsonSerializer.SerializeToUtf8Bytes(await _guests.DoAsync("anonymous", "GET", ApiDocsRegistration.Path))
        );

        document
            .Operations.Select(operation => $"{operation.Method} {operation.Path}")
            .ShouldBe(Table.Select(row => row.Name).Where(name => name.Contains(" /api/", StringComparison.Ordinal)), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Those_whom_it_is_for_are_served_and_nobody_else_is(string row)
    {
        var endpoint = Of(row);
        await _guests.DoAsync("manager", "PUT", "/api/kitchen/capacity", new { capacity = 100 });

        foreach (var who in Everybody)
        {
            var isFor = endpoint.For.Split(' ').Contains(who);
            var call = await endpoint.Arrange(_guests, isFor ? who : "manager");

            using var answer = await _guests.SendAsync(who, endpoint.Method, endpoint.Address(call.Id), call.Body);

            if (isFor)
            {
                ((int)answer.StatusCode).ShouldBe(endpoint.Status, $"{who}: {row}");
                continue;
            }

            var (status, slug) = who == "anonymous" ? (401, "unauthenticated") : (403, "forbidden");
            ((int)answer.StatusCode).ShouldBe(status, $"{who}: {row}");
            (await answer.SlugAsync()).ShouldBe(slug);
            answer.Headers.WwwAuthenticate.Count.ShouldBe(status == 401 ? 1 : 0, row);
        }
    }

    [Theory]
    [MemberData(nameof(ReadingRows))]
    public async Task A_read_answers_HEAD_as_it_answers_GET_but_without_content_and_a_stream_does_not(string row)
    {
        var endpoint = Of(row);
        var call = await endpoint.Arrange(_guests, "manager");
        var address = endpoint.Address(call.Id);

        using var head = await _guests.SendAsync("manager", "HEAD", address);

        if (row.EndsWith("/stream", StringComparison.Ordinal))
        {
            head.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
            head.Content.Headers.Allow.ShouldBe(["GET"]);
            return;
        }

        using var get = await _guests.SendAsync("manager", "GET", address);
        head.StatusCode.ShouldBe(get.StatusCode);
        head.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType);
        head.Headers.ETag.ShouldBe(get.Headers.ETag);
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(OwnersRows))]
    public async Task Somebody_elses_order_is_not_there(string row)
    {
        var endpoint = Of(row);
        var call = await endpoint.Arrange(_guests, "customer");

        using var others = await _guests.SendAsync("another-customer", endpoint.Method, endpoint.Address(call.Id), call.Body);
        using var nobodys = await _guests.SendAsync("another-customer", endpoint.Method, endpoint.Address("nothing"), call.Body);

        (await others.SlugAsync()).ShouldBe("not-found");
        (await nobodys.SlugAsync()).ShouldBe("not-found");
        ((await others.Content.ReadAsStringAsync()).Length - call.Id.Length).ShouldBe(
            (await nobodys.Content.ReadAsStringAsync()).Length - "nothing".Length,
            "the two answers can't be told apart"
        );
    }

    [Fact]
    public async Task Somebody_elses_notification_is_not_there()
    {
        var id = await _guests.NotifiedAsync("customer");

        foreach (var move in new[] { "read", "dismiss" })
        {
            using var answer = await _guests.SendAsync("another-customer", "POST", $"/api/notifications/{id}/{move}");
            (await answer.SlugAsync()).ShouldBe("not-found");
        }
    }

    [Fact]
    public async Task Customers_see_their_own_orders_and_staff_see_all()
    {
        var (own, anothers) = (await _guests.PlacedAsync(), await _guests.PlacedAsync("another-customer"));

        (await Listed("customer")).ShouldSatisfyAllConditions(ids => ids.ShouldContain(own), ids => ids.ShouldNotContain(anothers));
        foreach (var who in new[] { "chef", "driver", "manager" })
        {
            (await Listed(who)).ShouldSatisfyAllConditions(ids => ids.ShouldContain(own), ids => ids.ShouldContain(anothers));
        }

        async Task<List<string?>> Listed(string who) =>
            [
                .. (await _guests.DoAsync(who, "GET", "/api/orders?pageSize=100"))
                    .GetProperty("items")
                    .EnumerateArray()
                    .Select(order => order.GetProperty("id").GetString()),
            ];
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("menu")]
    [InlineData("order")]
    [InlineData("kitchen")]
    public async Task Every_process_says_how_it_is_on_its_own_port(string process)
    {
        using var client = pizzeria.Client(process);

        foreach (var path in new[] { "/health", "/health/ready", "/alive" })
        {
            using var answer = await client.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }

        var health = await client.GetFromJsonAsync<JsonElement>("/health");
        health.GetProperty("status").GetString().ShouldBe("healthy");
        health.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_web_pages_are_there()
    {
        using var answer = await _guests.SendAsync("anonymous", "GET", "/");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    private static Row Of(string name) => Table.Single(row => row.Name == name);

    private static Task<Request> CallAsync(string id, object? body = null) => Task.FromResult(new Request(id, body));

    private static object Account() =>
        new
        {
            username = $"ada-{Guid.NewGuid():N}",
            password = "correct horse",
            name = "Ada",
        };

    private static async Task<object> RegisteredAsync(Guests guests)
    {
        var account = Account();
        await guests.DoAsync("anonymous", "POST", "/api/auth/register", account);
        return account;
    }

    /// <summary>A row of the table.</summary>
    /// <param name="Method">The HTTP method.</param>
    /// <param name="Path">The route pattern as the process maps it.</param>
    /// <param name="For">The users that may call the endpoint, separated by spaces.</param>
    /// <param name="Status">The status code of their responses.</param>
    /// <param name="Arrange">Prepares the request for one of them.</param>
    internal sealed partial record Row(string Method, string Path, string For, int Status, Func<Guests, string, Task<Request>> Arrange)
    {
        public string Name => $"{Method} {Path}";

        /// <summary>Whether the request is about an order that other customers cannot see.</summary>
        public bool IsOwners { get; init; }

        /// <summary>Returns the address for an id; an id that starts with <c>?</c> is appended as the query.</summary>
        public string Address(string id) => id.StartsWith('?') ? Path + id : Id().Replace(Path, id);

        [GeneratedRegex(@"\{\w+\}", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
        private static partial Regex Id();
    }

    /// <summary>The id and the body of a request.</summary>
    internal sealed record Request(string Id, object? Body = null);
}
