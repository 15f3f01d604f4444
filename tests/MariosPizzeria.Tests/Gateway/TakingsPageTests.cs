using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using MariosPizzeria.Gateway.Web;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>The manager's money and the close of day, the staff's search, and prices that are edited in place.</summary>
public sealed class TakingsPageTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly ConcurrentQueue<string> _saved = [];
    private GatewayProcess _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = GatewayProcess
            .Before("menu", await Replica.StartAsync(MenuAsync))
            .And("order", await Pizzeria.OrderAsync(OrderAsync))
            .And("kitchen", Replica.Nobody())
            .With("Shop:TimeZone", "Europe/Rome")
            .Started();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task A_manager_lands_on_the_money_of_today()
    {
        var manager = _gateway.Visitor();
        await manager.GetAsync("/signin");

        var landed = await manager.SendAsync("/signin", ("username", "manager"), ("password", "right"));
        var page = await manager.GetAsync(landed.Location!);

        landed.Location.ShouldBe("/management");
        foreach (
            var (name, amount) in new[]
            {
                ("net", "$940.50"),
                ("cash", "$400.00"),
                ("card", "$600.50"),
                ("refunds", "$60.00"),
                ("fees", "$22.50"),
                ("orders", "31"),
                ("late", "2"),
            }
        )
        {
            page.Html.ShouldContain($"<strong data-money=\"{name}\">{amount}</strong>");
        }

        page.Html.ShouldContain("$85.50 of it is tax");
        page.Html.ShouldContain("$33.78 still to collect");
        page.Html.ShouldContain("9.5 min late on average");
        page.Html.IndexOf("id=\"money\"", StringComparison.Ordinal)
            .ShouldBeLessThan(page.Html.IndexOf("id=\"figures\"", StringComparison.Ordinal));
        page.Html.IndexOf("id=\"kitchen\"", StringComparison.Ordinal)
            .ShouldBeLessThan(page.Html.IndexOf("id=\"money\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_was_late_is_named_by_number_and_leads_to_the_orders_story()
    {
        using var manager = await ManagerAsync();

        var page = await manager.GetAsync("/management?period=week");

        page.Html.ShouldContain("<a href=\"/orders/7f3a9cffffff#story\">#47 Anna <b></a> <b>14 min late</b>");
        page.Html.ShouldContain("<a href=\"/orders/aaaaaa1#story\">#AAAAAA Bruno</a> <b>5 min late</b>");
        page.Source.ShouldNotContain("Anna <b>");
    }

    [Fact]
    public async Task The_hours_in_which_something_was_ordered_are_drawn_and_told()
    {
        using var manager = await ManagerAsync();

        var page = await manager.GetAsync("/management?from=2026-11-22&to=2026-11-22");
        var sheet = await manager.GetAsync("/management?handler=csv&report=hours&from=2026-11-22&to=2026-11-22");

        page.Html.ShouldContain("<desc id=\"hour-orders-desc\">22 orders; most between 19–20: 10.</desc>");
        page.Html.ShouldContain("<desc id=\"hour-revenue-desc\">$770.00 together; most between 20–21: $350.00.</desc>");
        page.Html.ShouldContain("<title>18: 4</title>");
        page.Html.ShouldNotContain("<title>04: ");
        sheet.Html.ShouldContain("hour,orders,revenue\r\n4,0,0.00\r\n18,4,120.00\r\n");
    }

    [Theory]
    [InlineData("", "today")]
    [InlineData("?period=yesterday", "yesterday")]
    [InlineData("?period=week", "week")]
    [InlineData("?period=month", "month")]
    public async Task A_named_period_is_marked_and_its_orders_are_offered_as_a_table(string query, string name)
    {
        using var manager = await ManagerAsync();

        var page = await manager.GetAsync("/management" + query);

        page.Html.ShouldContain($"href=\"/management?period={name}\" aria-current=\"true\"");
        var asked = _asked.Last(path => path.StartsWith("/api/reports/takings", StringComparison.Ordinal));
        page.Html.ShouldContain($"href=\"/api/reports/orders{asked[asked.IndexOf('?', StringComparison.Ordinal)..]}\" download");
    }

    [Theory]
    [InlineData("?period=year")]
    [InlineData("?from=2026-11-23&to=2026-11-22")]
    [InlineData("?from=1900-01-01&to=2026-11-22")]
    [InlineData("?from=yesterday")]
    public async Task A_period_that_is_none_is_refused_above_today(string query)
    {
        using var manager = await ManagerAsync();

        var page = await manager.GetAsync("/management" + query);

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Html.ShouldContain("A period has a first and a last day");
        page.Html.ShouldContain("data-money=\"net\"");
    }

    [Fact]
    public async Task Hours_of_a_period_longer_than_three_months_are_not_asked_for()
    {
        using var manager = await ManagerAsync();

        var page = await manager.GetAsync("/management?from=2026-01-01&to=2026-11-22");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldContain("Hours are shown of periods up to three months.");
        _asked.ShouldNotContain(path => path.StartsWith("/api/reports/hours", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_close_of_a_day_has_the_till_the_sums_and_the_orders()
    {
        using var manager = await ManagerAsync();

        var page = await manager.GetAsync("/management/day?day=2026-11-22");
        var italian = await manager.GetAsync("/management/day?day=2026-11-22", "it");

        page.Status.ShouldBe(HttpStatusCode.OK);
        _asked.ShouldContain("/api/reports/takings?from=2026-11-22&to=2026-11-22");
        page.Html.ShouldContain("Sunday, November 22, 2026");
        italian.Html.ShouldContain("domenica 22 novembre 2026");
        page.Html.ShouldContain("<th scope=\"row\">Collected by Dario</th><td>7</td><td>$300.00</td>");
        page.Html.ShouldContain("<th scope=\"row\">Taken at the counter</th><td>3</td><td>$100.00</td>");
        page.Html.ShouldContain("<th scope=\"row\">All cash</th><td>10</td><td data-money=\"cash\">$400.00</td>");
        page.Html.ShouldContain("data-money=\"refunds\">-$60.00</td>");
        page.Html.ShouldContain("data-money=\"net\">$940.50</td>");
        page.Html.ShouldContain("<th scope=\"row\">Tax contained</th><td data-money=\"tax\">$85.50</td>");
        page.Html.ShouldContain("<th scope=\"row\">Cancelled</th><td>2</td>");
        page.Html.ShouldNotContain("<th scope=\"row\">Ready</th>", Case.Sensitive, "there is none");
        page.Html.ShouldContain("/orders/7f3a9cffffff#story");
    }

    [Fact]
    public async Task The_close_of_day_is_the_managers_and_a_day_that_is_none_is_refused()
    {
        var chef = _gateway.Visitor();
        await chef.SignInAsync("chef");
        using var manager = await ManagerAsync();

        (await chef.GetAsync("/management/day")).Status.ShouldBe(HttpStatusCode.Forbidden);
        var wrong = await manager.GetAsync("/management/day?day=someday");

        wrong.Status.ShouldBe(HttpStatusCode.BadRequest);
        wrong.Html.ShouldContain("A day, such as 2026-11-29.");
    }

    [Theory]
    [InlineData("manager", "/management")]
    [InlineData("manager", "/management/menu")]
    [InlineData("manager", "/management/day")]
    [InlineData("manager", "/system")]
    [InlineData("driver", "/orders")]
    [InlineData("chef", "/orders")]
    public async Task Every_page_of_staff_has_one_search_for_orders_and_a_customers_has_none(string who, string path)
    {
        var staff = _gateway.Visitor();
        await staff.SignInAsync(who);
        var anna = _gateway.Visitor();
        await anna.SignInAsync("anna");

        var page = await staff.GetAsync(path);

        page.Html.Split("role=\"search\"").Length.ShouldBe(2);
        (await anna.GetAsync("/orders")).Html.ShouldNotContain("role=\"search\"");
    }

    [Fact]
    public async Task Staff_find_an_order_and_its_story_is_one_press_away()
    {
        var chef = _gateway.Visitor();
        await chef.SignInAsync("chef");
        var anna = _gateway.Visitor();
        await anna.SignInAsync("anna");

        var found = await chef.GetAsync("/orders?q=47");
        var order = await chef.GetAsync("/orders/o1");
        var own = await anna.GetAsync("/orders/o1");

        found.Html.ShouldContain("name=\"q\" value=\"47\"");
        found.Html.ShouldContain("href=\"/orders/o1#story\"");
        order.Html.ShouldContain("id=\"story\"");
        order.Html.ShouldContain("Order placed");
        own.Html.ShouldNotContain("id=\"story\"");
    }

    [Fact]
    public async Task A_price_is_set_in_the_list_if_nobody_changed_the_pizza_meanwhile()
    {
        using var manager = await ManagerAsync();
        await manager.GetAsync("/management/menu");

        var set = await manager.SendAsync("/management/menu?handler=price", ("id", "margherita"), ("version", "7"), ("basePrice", "13,49"));
        var old = await manager.SendAndFollowAsync(
            "/management/menu?handler=price",
            ("id", "margherita"),
            ("version", "6"),
            ("basePrice", "9")
        );
        var wrong = await manager.SendAndFollowAsync(
            "/management/menu?handler=price",
            ("id", "margherita"),
            ("version", "7"),
            ("basePrice", "cheap")
        );

        set.Location.ShouldBe("/management/menu#margherita");
        _saved
            .ShouldHaveSingleItem()
            .ShouldBe(
                "PUT /api/menu/pizzas/margherita \"7\" {\"id\":null,\"name\":\"Margherita\",\"description\":\"The one.\",\"basePrice\":13.49,\"toppings\":[]}"
            );
        old.Html.ShouldContain("Somebody else has changed this pizza");
        wrong.Html.ShouldContain("id=\"wrong-price\"");
        wrong.Html.ShouldContain("value=\"cheap\"");
    }

    [Theory]
    [InlineData(null, null, null, "2026-11-29", "2026-11-29", "today")]
    [InlineData("yesterday", null, null, "2026-11-28", "2026-11-28", "yesterday")]
    [InlineData("week", null, null, "2026-11-23", "2026-11-29", "week")]
    [InlineData("month", null, null, "2026-11-01", "2026-11-29", "month")]
    [InlineData("week", "2026-03-01", "2026-03-31", "2026-03-01", "2026-03-31", null)]
    [InlineData(null, "2026-03-01", null, "2026-03-01", "2026-11-29", null)]
    [InlineData(null, null, "2026-03-01", "2026-03-01", "2026-03-01", null)]
    public void Periods_are_the_shops_days_and_weeks_begin_on_Monday(
        string? name,
        string? from,
        string? to,
        string first,
        string last,
        string? called
    )
    {
        // A Sunday.
        var period = ShopPeriod.Parse(name, from, to, new DateOnly(2026, 11, 29)).OrThrow();

        (Day(period.From), Day(period.To), period.Name).ShouldBe((first, last, called));

        static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private async Task<PageVisitor> ManagerAsync()
    {
        var manager = _gateway.Visitor();
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

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        if (body.Contains("\"basePrice\":null", StringComparison.Ordinal))
        {
            await Pizzeria.JsonAsync(
                context,
                """{"type":"/problems/validation","title":"No","status":400,"detail":"No.","traceId":"0","errors":{"basePrice":["is an amount"]}}""",
                StatusCodes.Status400BadRequest
            );
            return;
        }

        _saved.Enqueue($"{context.Request.Method} {context.Request.Path} {context.Request.Headers.IfMatch} {body}");
        await Pizzeria.JsonAsync(
            context,
            """
            {"id":"margherita","name":"Margherita","description":"The one.","basePrice":13.49,"toppings":[],
             "prices":{"small":13.49,"medium":17.54,"large":21.58},"available":true,"unavailableReason":null,"version":8}
            """
        );
    }

    private Task OrderAsync(HttpContext context)
    {
        _asked.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
        return context.Request.Path.Value switch
        {
            "/api/reports/takings" or "/api/reports/late" or "/api/reports/hours" => ManagementReports.AnswerAsync(context),
            "/api/reports/overview" => Pizzeria.JsonAsync(context, OverviewJson),
            "/api/reports/timeseries" => Pizzeria.JsonAsync(
                context,
                """{"bucket":"day","from":"2026-11-22","to":"2026-11-22","currency":"USD","items":[]}"""
            ),
            "/api/reports/pizzas" or "/api/reports/staff" => Pizzeria.JsonAsync(
                context,
                """{"from":"2026-11-22","to":"2026-11-22","currency":"USD","items":[]}"""
            ),
            "/api/orders" => Pizzeria.JsonAsync(context, $$"""{"items":[{{OrderJson}}],"page":1,"pageSize":10,"total":1}"""),
            "/api/orders/o1" => Pizzeria.JsonAsync(context, OrderJson),
            "/api/orders/o1/timeline" => Pizzeria.JsonAsync(
                context,
                """{"events":[{"id":"0199f0c4-b1e0-7c3e-9a5f-1d2c3b4a5968","type":"OrderPlaced","at":"2026-11-22T18:00:00Z","actor":"id-anna","traceId":null}]}"""
            ),
            _ => Pizzeria.NotFoundAsync(context),
        };
    }

    private const string OrderJson = """
        {"id":"o1","number":47,"status":"delivered","customer":{"id":"id-anna","name":"Anna","phone":"+39 055 123456","address":"Via Roma 1"},
         "items":[{"lineId":"1","pizzaId":"margherita","name":"Margherita","size":"medium","toppings":[],"extraToppings":[],"quantity":2,
         "unitPrice":16.89,"lineTotal":33.78}],"total":33.78,"currency":"USD","fulfilment":"delivery","paymentMethod":"cash",
         "payment":{"status":"paid"},"placedAt":"2026-11-22T20:00:00Z","deliveredAt":"2026-11-22T20:30:00Z",
         "estimatedReadyAt":"2026-11-22T20:12:00Z","version":3}
        """;

    private const string OverviewJson = """
        {"date":"2026-11-22","currency":"USD",
         "today":{"orders":0,"delivered":0,"cancelled":0,"revenue":0.00,"averageOrderValue":0.00,"averageCookMinutes":null,
           "averageDeliveryMinutes":null,"promise":{"orders":0,"kept":0,"keptPercent":null,"averagePromisedMinutes":null,"averageActualMinutes":null}},
         "yesterday":{"orders":0,"delivered":0,"cancelled":0,"revenue":0.00,"averageOrderValue":0.00,"averageCookMinutes":null,
           "averageDeliveryMinutes":null,"promise":{"orders":0,"kept":0,"keptPercent":null,"averagePromisedMinutes":null,"averageActualMinutes":null}},
         "yesterdayByNow":{"orders":0,"delivered":0,"cancelled":0,"revenue":0.00,"averageOrderValue":0.00,"averageCookMinutes":null,
           "averageDeliveryMinutes":null,"promise":{"orders":0,"kept":0,"keptPercent":null,"averagePromisedMinutes":null,"averageActualMinutes":null}},
         "change":{"orders":0,"ordersPercent":null,"revenue":0.00,"revenuePercent":null},
         "active":{"pending":0,"confirmed":0,"cooking":0,"ready":0,"delivering":0}}
        """;
}
