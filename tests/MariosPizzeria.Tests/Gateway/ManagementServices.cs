using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Services that answer the manager's pages with known figures, and a gateway in front of them.</summary>
internal sealed class ManagementServices : IAsyncDisposable
{
    private Replica _menu = null!;
    private Replica _order = null!;
    private Replica _kitchen = null!;

    private ManagementServices() { }

    public GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>All requested changes: method, path and body.</summary>
    public ConcurrentQueue<string> Bodies { get; } = [];

    /// <summary>Whether the kitchen is unavailable.</summary>
    public bool KitchenIsOut { get; set; }

    /// <summary>The number of redrives of failed messages.</summary>
    public int Redrives { get; private set; }

    public static async Task<ManagementServices> StartAsync()
    {
        var services = new ManagementServices();
        services._menu = await Replica.StartAsync(services.MenuAsync);
        services._order = await Pizzeria.OrderAsync(services.OrderAsync);
        services._kitchen = await Replica.StartAsync(services.KitchenAsync);
        services.Gateway = GatewayProcess
            .Before("menu", services._menu.Address)
            .And("order", services._order.Address)
            .And("kitchen", services._kitchen.Address, Replica.Nobody())
            .Started();
        return services;
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _kitchen.DisposeAsync();
        await _order.DisposeAsync();
        await _menu.DisposeAsync();
    }

    /// <summary>Returns a browser in which a manager has signed in.</summary>
    public async Task<PageVisitor> ManagerAsync()
    {
        var manager = new PageVisitor(Gateway);
        await manager.SignInAsync("manager");
        return manager;
    }

    private async Task MenuAsync(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            await Pizzeria.AnswerMenuAsync(context);
            return;
        }

        if (context.Request.Headers.IfMatch is [{ } expected] && expected != "\"7\"")
        {
            await RefuseAsync(context, "version-conflict", StatusCodes.Status412PreconditionFailed);
            return;
        }

        var body = await KeepAsync(context);
        if (context.Request.Method == "DELETE")
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else if (context.Request.Path.StartsWithSegments("/api/menu/toppings"))
        {
            await Pizzeria.JsonAsync(context, """{"name":"ham","price":2.50,"allergens":[],"available":false,"unavailableReason":null}""");
        }
        else if (body.Contains("\"basePrice\":null", StringComparison.Ordinal))
        {
            await RefuseAsync(context, "basePrice");
        }
        else if (body.Contains("\"name\":null", StringComparison.Ordinal) || body.Contains("\"name\":\"\"", StringComparison.Ordinal))
        {
            await RefuseAsync(context, "name");
        }
        else
        {
            await Pizzeria.JsonAsync(context, PizzaJson);
        }
    }

    private const string ShopJson = """
        {"open":true,"acceptingOrders":true,"reason":null,"opensAt":null,"closesAt":null,"timeZone":"UTC","currency":"USD",
         "minutes":{"pickup":10,"delivery":30},"hours":[{"day":"mon","from":"11:00","to":"23:00"},{"day":"tue","from":"11:00","to":"23:00"}],
         "extraMinutes":15,"deliveryFee":0.00,"minimumOrder":0.00,"deliveryArea":[]}
        """;

    private async Task KitchenAsync(HttpContext context)
    {
        if (KitchenIsOut)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (context.Request.Method != "GET" && (await KeepAsync(context)).Contains("\"capacity\":null", StringComparison.Ordinal))
        {
            await RefuseAsync(context, "capacity");
            return;
        }

        if (context.Request.Path.StartsWithSegments("/api/shop", StringComparison.Ordinal))
        {
            await Pizzeria.JsonAsync(context, ShopJson);
            return;
        }

        if (context.Request.Path == "/internal/messaging")
        {
            await MessagesAsync(
                context,
                """{"outbox":{"waiting":0,"bound":10000,"oldest":null},"broker":"unreachable","queues":[],"laidAside":[]}"""
            );
            return;
        }

        await Pizzeria.JsonAsync(
            context,
            """{"capacity":5,"cooking":3,"queued":2,"ready":1,"averageCookMinutes":4.2,"paused":false,"reason":null}"""
        );
    }

    private Task OrderAsync(HttpContext context) =>
        context.Request.Path.Value switch
        {
            "/internal/messaging" => MessagesAsync(context, MessagesJson),
            "/internal/messaging/send-back" => MessagesAsync(context, """{"count":2}"""),
            "/api/reports/overview" => Pizzeria.JsonAsync(context, OverviewJson),
            "/api/reports/timeseries" => Pizzeria.JsonAsync(context, TimeseriesJson),
            "/api/reports/pizzas" => Pizzeria.JsonAsync(context, PizzasJson),
            "/api/reports/staff" => Pizzeria.JsonAsync(context, StaffJson),
            "/api/reports/takings" or "/api/reports/late" or "/api/reports/hours" => ManagementReports.AnswerAsync(context),
            "/api/orders/abc123/timeline" or "/api/orders/7f3a9cffffff/timeline" => Pizzeria.JsonAsync(context, StoryJson),
            "/api/orders" => FoundAsync(context),
            _ => Pizzeria.NotFoundAsync(context),
        };

    // Finds orders by the beginning of the id, as the Order service does; abc123 stands for an order that is found only by its whole id.
    private static Task FoundAsync(HttpContext context)
    {
        var number = context.Request.Query["q"].ToString().Trim().TrimStart('#').ToLowerInvariant();
        if (number.Length > 100)
        {
            return RefuseAsync(context, "q");
        }

        var found = new[] { "7f3a9cffffff", "aaaaaa1", "aaaaaa2" }.Where(id => id.StartsWith(number, StringComparison.Ordinal));
        return Pizzeria.JsonAsync(
            context,
            $$"""{"items":[{{string.Join(',', found.Select(AnOrder))}}],"page":1,"pageSize":20,"total":{{found.Count()}}}"""
        );
    }

    private static string AnOrder(string id) =>
        $$"""
            {"id":"{{id}}","status":"confirmed","customer":{"id":"id-anna","name":"Anna","phone":"+39 055 123456","address":"Via Roma 1"},
             "items":[{"lineId":"1","pizzaId":"margherita","name":"Margherita","size":"medium","toppings":[],"extraToppings":[],"quantity":2,
             "unitPrice":16.89,"lineTotal":33.78}],"total":33.78,"currency":"USD","fulfilment":"delivery","paymentMethod":"cash",
             "payment":{"status":"cash_due"},"placedAt":"2026-11-22T20:00:00Z","estimatedReadyAt":"2026-11-22T20:12:00Z","version":3}
            """;

    private async Task<string> KeepAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        Bodies.Enqueue($"{context.Request.Method} {context.Request.Path} {body}");
        return body;
    }

    private static Task RefuseAsync(HttpContext context, string field) =>
        Pizzeria.JsonAsync(
            context,
            $$$"""{"type":"/problems/validation","title":"Not valid","status":400,"detail":"…","traceId":"0","errors":{"{{{field}}}":["is not valid"]}}""",
            StatusCodes.Status400BadRequest
        );

    // Requires a manager's token, as the services do.
    private Task MessagesAsync(HttpContext context, string answer)
    {
        var token = context.Request.Headers.Authorization.ToString();
        if (token.Length == 0)
        {
            return RefuseAsync(context, "unauthenticated", StatusCodes.Status401Unauthorized);
        }

        if (!new JsonWebToken(token["Bearer ".Length..]).Claims.Any(claim => claim is { Type: "roles", Value: "manager" }))
        {
            return RefuseAsync(context, "forbidden", StatusCodes.Status403Forbidden);
        }

        Redrives += context.Request.Method == "POST" ? 1 : 0;
        return Pizzeria.JsonAsync(context, answer);
    }

    private static Task RefuseAsync(HttpContext context, string slug, int status) =>
        Pizzeria.JsonAsync(
            context,
            $$"""{"type":"/problems/{{slug}}","title":"No","status":{{status}},"detail":"No.","traceId":"0"}""",
            status
        );

    private const string MessagesJson = """
        {"outbox":{"waiting":7,"bound":10000,"oldest":"2026-11-22T18:00:00Z"},"broker":"there",
         "queues":[{"queue":"order-note-order-ready","waiting":3,"consumers":16,"laidAside":2}],
         "laidAside":[
          {"queue":"order-note-order-ready","messageId":"m1","type":"OrderReady","fault":"no way through","retries":"3","at":"2026-11-22T18:00:01Z","body":"{\"orderId\":\"abc123\"}"},
          {"queue":"order-note-order-ready","messageId":"m2","type":"OrderReady","fault":null,"retries":null,"at":null,"body":"{}"}]}
        """;

    private const string PizzaJson = """
        {"id":"margherita","name":"Margherita","description":"The one.","basePrice":12.99,"toppings":[],
         "prices":{"small":12.99,"medium":16.89,"large":20.78},"available":true,"unavailableReason":null,"version":8}
        """;

    private const string OverviewJson = """
        {"date":"2026-11-22","currency":"USD",
         "today":{"orders":27,"delivered":20,"cancelled":1,"revenue":1250.50,"averageOrderValue":48.10,"averageCookMinutes":4.5,
           "averageDeliveryMinutes":null,"promise":{"orders":5,"kept":4,"keptPercent":80.0,"averagePromisedMinutes":20.0,"averageActualMinutes":18.0}},
         "yesterday":{"orders":60,"delivered":58,"cancelled":2,"revenue":2800.00,"averageOrderValue":48.28,"averageCookMinutes":4.5,
           "averageDeliveryMinutes":12.0,"promise":{"orders":0,"kept":0,"keptPercent":null,"averagePromisedMinutes":null,"averageActualMinutes":null}},
         "yesterdayByNow":{"orders":30,"delivered":28,"cancelled":2,"revenue":1000.00,"averageOrderValue":35.71,"averageCookMinutes":4.5,
           "averageDeliveryMinutes":12.0,"promise":{"orders":0,"kept":0,"keptPercent":null,"averagePromisedMinutes":null,"averageActualMinutes":null}},
         "change":{"orders":-3,"ordersPercent":-10.0,"revenue":250.50,"revenuePercent":25.1},
         "active":{"pending":1,"confirmed":2,"cooking":3,"ready":0,"delivering":1}}
        """;

    private const string TimeseriesJson = """
        {"bucket":"month","from":"2026-10-01","to":"2026-11-22","currency":"USD","items":[
          {"period":"2026-10","from":"2026-10-01","to":"2026-10-31","orders":50,"delivered":45,"cancelled":2,"revenue":900.00,
           "averageOrderValue":18.75,"averageCookMinutes":5.0,"averageDeliveryMinutes":10.0,
           "promise":{"orders":2,"kept":1,"keptPercent":50.0,"averagePromisedMinutes":20.0,"averageActualMinutes":25.5}},
          {"period":"2026-11","from":"2026-11-01","to":"2026-11-22","orders":20,"delivered":15,"cancelled":0,"revenue":300.00,
           "averageOrderValue":15.00,"averageCookMinutes":null,"averageDeliveryMinutes":null,
           "promise":{"orders":0,"kept":0,"keptPercent":null,"averagePromisedMinutes":null,"averageActualMinutes":null}}]}
        """;

    private const string PizzasJson = """
        {"from":"2026-10-24","to":"2026-11-22","currency":"USD","items":[
          {"pizzaId":"margherita","name":"Margherita","quantity":40,"orders":30,"revenue":675.60,"revenuePercent":75.4},
          {"pizzaId":"pepperoni","name":"=Pepperoni","quantity":10,"orders":8,"revenue":219.90,"revenuePercent":24.6}]}
        """;

    private const string StaffJson = """
        {"from":"2026-10-24","to":"2026-11-22","currency":"USD","items":[
          {"id":"id-chef","name":"Carla","role":"chef","orders":33,"averageMinutes":4.5},
          {"id":"id-driver","name":null,"role":"driver","orders":21,"averageMinutes":null}]}
        """;

    private const string StoryJson = """
        {"events":[
          {"id":"0199f0c4-b1e0-7c3e-9a5f-1d2c3b4a5968","type":"OrderPlaced","at":"2026-11-22T18:00:00Z","actor":"id-anna","actorName":"Anna Rossi","traceId":"4bf92f3577b34da6a3ce929d0e0e4736"},
          {"id":"0199f0c4-b1e0-7c3e-9a5f-1d2c3b4a5969","type":"OrderConfirmed","at":"2026-11-22T18:00:00.25Z","actor":"worker","traceId":null}]}
        """;
}
