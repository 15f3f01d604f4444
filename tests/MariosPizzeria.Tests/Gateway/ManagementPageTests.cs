using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>The manager's pages before services that answer with known figures.</summary>
public sealed class ManagementPageTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _bodies = [];
    private Replica _menu = null!;
    private Replica _order = null!;
    private Replica _kitchen = null!;
    private GatewayProcess _gateway = null!;
    private bool _kitchenIsOut;
    private int _sentAgain;

    public async Task InitializeAsync()
    {
        _menu = await Replica.Start(Menu);
        _order = await Pizzeria.Order(Order);
        _kitchen = await Replica.Start(Kitchen);
        _gateway = GatewayProcess
            .Before("menu", _menu.Address)
            .And("order", _order.Address)
            .And("kitchen", _kitchen.Address, Replica.Nobody())
            .Started();
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _kitchen.DisposeAsync();
        await _order.DisposeAsync();
        await _menu.DisposeAsync();
    }

    [Theory]
    [InlineData("/management")]
    [InlineData("/management/menu")]
    [InlineData("/management/pizza")]
    [InlineData("/management?handler=csv&report=pizzas")]
    public async Task The_managers_pages_ask_a_stranger_to_sign_in_and_are_closed_to_everybody_else(string path)
    {
        using var stranger = new PageVisitor(_gateway);
        using var chef = new PageVisitor(_gateway);
        await chef.SignIn("chef");

        var asked = await stranger.Get(path);
        var refused = await chef.Get(path);

        asked.Status.ShouldBe(HttpStatusCode.SeeOther);
        asked.Location.ShouldBe($"/signin?return={Uri.EscapeDataString(path)}");
        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        refused.Html.ShouldContain("This door is for others");
        refused.Html.ShouldNotContain("href=\"/management\"");
    }

    [Fact]
    public async Task Today_stands_against_yesterday_with_words_and_not_colours_alone()
    {
        using var manager = await Manager();

        var page = await manager.Get("/management");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldContain("<strong data-figure=\"revenue\">$1,250.50</strong>");
        page.Html.ShouldContain("▲ $250.50 more than yesterday (25.1%)");
        page.Html.ShouldContain("▼ 3 less than yesterday (10.0%)");
        page.Html.ShouldContain("80.0%");
        page.Html.ShouldContain("4 of 5 orders ready in time");
        page.Html.ShouldContain("href=\"/management\" aria-current=\"page\"");
    }

    [Fact]
    public async Task A_chart_is_drawn_to_scale_and_said_in_words_and_as_a_table()
    {
        using var manager = await Manager();

        var page = await manager.Get("/management?bucket=month");

        // The axis ends at 1,000 and is 180 units high.
        page.Html.ShouldContain("height=\"162\"><title>Oct: $900.00</title>");
        page.Html.ShouldContain("height=\"54\"><title>Nov: $300.00</title>");
        page.Html.ShouldContain("<desc id=\"revenue-desc\">$1,200.00 together; most in Oct: $900.00.</desc>");
        page.Html.ShouldContain("role=\"img\" aria-labelledby=\"revenue-title revenue-desc\"");
        page.Html.ShouldContain("<tr><th scope=\"row\">2026-10</th><td>$900.00</td></tr>");
        page.Html.ShouldContain("<td>20.0</td><td>25.5</td><td>50.0%</td>");
        page.Html.ShouldContain("Most sold: Margherita, 40.");
        page.Html.ShouldContain("width=\"360\" height=\"11\"><title>Margherita: 40 · $675.60</title>");
        page.Html.ShouldContain("width=\"90\" height=\"11\"><title>=Pepperoni: 10 · $219.90</title>");
        page.Html.ShouldNotContain("style=");
    }

    [Fact]
    public async Task The_same_figures_are_told_in_italian()
    {
        using var manager = await Manager();

        var page = await manager.Get("/management?bucket=month", "it");

        page.Html.ShouldContain("1.250,50\u00a0$");
        page.Html.ShouldContain("più di ieri (25,1%)");
        page.Html.ShouldContain("ott: 900,00\u00a0$");
        page.Html.ShouldContain("Prende ordini.");
    }

    [Fact]
    public async Task Every_chart_is_a_sheet_whose_names_are_no_formulas()
    {
        using var manager = await Manager();

        var series = await manager.Get("/management?handler=csv&report=timeseries&bucket=month");
        var pizzas = await manager.Get("/management?handler=csv&report=pizzas");
        var statuses = await manager.Get("/management?handler=csv&report=statuses");
        var nothing = await manager.Get("/management?handler=csv&report=secrets");

        series.Html.ShouldBe(
            "period,orders,delivered,cancelled,revenue,promised_minutes,actual_minutes,kept,ready\r\n"
                + "\"2026-10\",50,45,2,900.00,20.0,25.5,1,2\r\n"
                + "\"2026-11\",20,15,0,300.00,,,0,0\r\n"
        );
        pizzas.Html.ShouldContain("\"pepperoni\",\"'=Pepperoni\",10,8,219.90,24.6\r\n");
        statuses.Html.ShouldContain("\"cooking\",3\r\n");
        nothing.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_figures_are_shown_while_the_kitchen_does_not_answer()
    {
        _kitchenIsOut = true;
        using var manager = await Manager();

        var page = await manager.Get("/management");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldContain("$1,250.50");
        page.Html.ShouldContain("The kitchen does not answer right now.");
    }

    [Fact]
    public async Task The_kitchen_is_paused_with_a_reason_and_its_capacity_set()
    {
        using var manager = await Manager();
        await manager.Get("/management");

        var paused = await manager.Send("/management?handler=pause", ("reason", "The oven is cold"));
        var next = await manager.Get("/management");
        var set = await manager.Send("/management?handler=capacity", ("capacity", "8"));

        paused.Status.ShouldBe(HttpStatusCode.SeeOther);
        next.Html.ShouldContain("The kitchen takes no new orders.");
        set.Status.ShouldBe(HttpStatusCode.SeeOther);
        _bodies.ShouldContain("PUT /api/kitchen/paused {\"paused\":true,\"reason\":\"The oven is cold\"}");
        _bodies.ShouldContain("PUT /api/kitchen/capacity {\"capacity\":8}");
    }

    [Fact]
    public async Task A_capacity_that_is_none_is_told_at_the_field()
    {
        using var manager = await Manager();
        await manager.Get("/management");

        var refused = await manager.SendAndFollow("/management?handler=capacity", ("capacity", "many"));

        refused.Html.ShouldContain("<span class=\"wrong\" id=\"wrong-capacity\">A whole number from 1 to 100.</span>");
        refused.Html.ShouldContain("name=\"capacity\" type=\"text\" value=\"many\"");
        refused.Html.ShouldContain("$1,250.50");
    }

    [Fact]
    public async Task A_pizza_gets_another_price_typed_with_a_comma()
    {
        using var manager = await Manager();
        var form = await manager.Get("/management/pizza/margherita");

        var saved = await manager.Send(
            "/management/pizza/margherita",
            ("version", form.Hidden("version")),
            ("name", "Margherita"),
            ("description", "The one."),
            ("basePrice", "13,49"),
            ("topping", "basil")
        );

        form.Html.ShouldContain("value=\"12.99\"");
        saved.Status.ShouldBe(HttpStatusCode.SeeOther);
        saved.Location.ShouldBe("/management/menu#margherita");
        _bodies.ShouldContain(
            "PUT /api/menu/pizzas/margherita {\"id\":null,\"name\":\"Margherita\",\"description\":\"The one.\",\"basePrice\":13.49,\"toppings\":[\"basil\"]}"
        );
    }

    [Theory]
    [InlineData("basePrice", "cheap", "An amount from 0.01 to 999.99")]
    [InlineData("basePrice", "12.999", "An amount from 0.01 to 999.99")]
    [InlineData("name", "", "1 to 100 characters")]
    public async Task What_is_wrong_with_a_new_pizza_is_told_at_the_field_and_what_was_typed_is_kept(
        string field,
        string value,
        string told
    )
    {
        using var manager = await Manager();
        await manager.Get("/management/pizza");

        var refused = await manager.SendAndFollow(
            "/management/pizza",
            ("name", field == "name" ? value : "Diavola"),
            ("description", "Of the devil."),
            ("basePrice", field == "basePrice" ? value : "14.99"),
            ("topping", "ham")
        );

        refused.Html.ShouldContain($"id=\"wrong-{field}\">{told}");
        refused.Html.ShouldContain("Of the devil.");
        refused.Html.ShouldContain("value=\"ham\" checked");
        refused.Html.ShouldContain(value);
    }

    [Fact]
    public async Task A_pizza_is_added_sold_out_brought_back_and_removed()
    {
        using var manager = await Manager();
        await manager.Get("/management/pizza");

        var added = await manager.Send("/management/pizza", ("name", "Diavola"), ("basePrice", "14.99"));
        var soldOut = await manager.Send("/management/menu?handler=soldout", ("id", "margherita"), ("reason", "No basil"));
        var back = await manager.Send("/management/menu?handler=back", ("id", "pepperoni"));
        var removed = await manager.Send(
            "/management/pizza/margherita?handler=remove",
            ("version", (await manager.Get("/management/pizza/margherita")).Hidden("version")),
            ("name", "Margherita")
        );
        var after = await manager.Get("/management/menu");

        added.Status.ShouldBe(HttpStatusCode.SeeOther);
        soldOut.Status.ShouldBe(HttpStatusCode.SeeOther);
        back.Status.ShouldBe(HttpStatusCode.SeeOther);
        removed.Location.ShouldBe("/management/menu");
        after.Html.ShouldContain("Margherita is off the menu.");
        _bodies.ShouldContain(body => body.StartsWith("POST /api/menu/pizzas ", StringComparison.Ordinal));
        _bodies.ShouldContain("PUT /api/menu/pizzas/margherita/availability {\"available\":false,\"reason\":\"No basil\"}");
        _bodies.ShouldContain("PUT /api/menu/pizzas/pepperoni/availability {\"available\":true,\"reason\":null}");
        _bodies.ShouldContain("DELETE /api/menu/pizzas/margherita ");
    }

    [Theory]
    [InlineData("6")]
    [InlineData("8")]
    [InlineData("")]
    [InlineData("07x")]
    public async Task A_form_of_another_version_saves_nothing_and_shows_what_is_stored_beside_what_was_typed(string version)
    {
        using var manager = await Manager();
        await manager.Get("/management/pizza/margherita");

        var refused = await manager.SendAndFollow(
            "/management/pizza/margherita",
            ("version", version),
            ("name", "Margherita"),
            ("description", "The only one."),
            ("basePrice", "9.99")
        );
        var saved = await manager.Send(
            "/management/pizza/margherita",
            ("version", refused.Hidden("version")),
            ("name", "Margherita"),
            ("basePrice", "9.99")
        );

        refused.Html.ShouldContain("Somebody else has changed this pizza");
        refused.Html.ShouldContain("name=\"basePrice\" type=\"text\" value=\"9.99\"");
        refused.Html.ShouldContain("Stored now: <strong>12.99</strong>");
        refused.Html.ShouldContain("Stored now: <strong>The one.</strong>");
        refused.Html.ShouldNotContain("Stored now: <strong>Margherita</strong>");
        refused.Hidden("version").ShouldBe("7");
        saved.Location.ShouldBe("/management/menu#margherita");
        _bodies.Count.ShouldBe(1, "nothing else was saved");
    }

    [Fact]
    public async Task A_form_of_another_version_removes_nothing()
    {
        using var manager = await Manager();
        await manager.Get("/management/pizza/margherita");

        var refused = await manager.SendAndFollow("/management/pizza/margherita?handler=remove", ("version", "6"), ("name", "Margherita"));

        refused.Html.ShouldContain("Somebody else has changed this pizza");
        refused.Html.ShouldContain("value=\"12.99\"");
        _bodies.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_system_page_asks_every_replica_how_it_is()
    {
        _order.Health = """{"status":"degraded","checks":{"orderdb":"ready","rabbitmq":"degraded"}}""";
        using var manager = await Manager();

        var page = await manager.Get("/system");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldContain("3 of 4 replicas are ready.", customMessage: "three services and the gateway itself");
        page.Html.ShouldContain("nobody listens");
        page.Html.ShouldContain("rabbitmq<span>: degraded</span>");
    }

    [Fact]
    public async Task A_service_of_which_nobody_is_there_is_missing_and_not_left_out()
    {
        using var gateway = GatewayProcess
            .Before("menu", _menu.Address)
            .And("order", _order.Address)
            .And("kitchen", Replica.Nobody(), Replica.Nobody())
            .Started();
        using var manager = new PageVisitor(gateway);
        await manager.SignIn("manager");

        var page = await manager.Get("/system");

        page.Html.ShouldContain("3 of 4 replicas are ready.");
        page.Html.ShouldContain("Nobody answers for: kitchen.");
    }

    [Theory]
    [InlineData("7f3a9c")]
    [InlineData("7F3A9C")]
    [InlineData("#7F3A9C")]
    [InlineData(" 7f3a9cffff ")]
    public async Task The_printed_number_finds_the_order(string number)
    {
        using var manager = await Manager();

        var story = await manager.Get($"/system?order={Uri.EscapeDataString(number)}");
        var orders = await manager.Get($"/orders?q={Uri.EscapeDataString(number)}");

        story.Html.ShouldContain("Order placed");
        story.Html.ShouldContain("href=\"/orders/7f3a9cffffff\"");
        orders.Html.ShouldContain("href=\"/orders/7f3a9cffffff\"");
        orders.Html.ShouldContain("#7F3A9C");
    }

    [Fact]
    public async Task A_number_of_several_orders_shows_them_and_one_that_is_none_says_so()
    {
        using var manager = await Manager();

        var several = await manager.Get("/system?order=aaaaaa");
        var none = await manager.Get("/orders?q=bbbbbb");
        var refused = await manager.Get("/orders?q=7f3");

        several.Html.ShouldContain("href=\"/system?order=aaaaaa1#story\"");
        several.Html.ShouldContain("href=\"/system?order=aaaaaa2#story\"");
        none.Html.ShouldContain("There is no order of this number");
        refused.Html.ShouldContain("id=\"wrong-q\"");
        refused.Html.ShouldContain("name=\"q\" value=\"7f3\"");
    }

    [Theory]
    [InlineData("/management?bucket=year")]
    [InlineData("/management?bucket=1")]
    [InlineData("/management?bucket=day,week")]
    public async Task A_period_that_is_none_is_refused_above_the_charts_of_days(string path)
    {
        using var manager = await Manager();

        var page = await manager.Get(path);

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Html.ShouldContain("bucket is day, week or month");
        page.Html.ShouldContain("bucket=day#over-time\" aria-current=\"true\"");
        page.Html.ShouldContain("id=\"revenue-desc\"");
        page.Html.ShouldNotContain("id=\"refusal\"", Case.Sensitive, "nothing is wrong with the kitchen's forms");
        (await manager.Get(path.Replace("?", "?handler=csv&report=timeseries&", StringComparison.Ordinal))).Status.ShouldBe(
            HttpStatusCode.BadRequest
        );
    }

    [Theory]
    [InlineData("0", HttpStatusCode.BadRequest, "A page is a whole number from 1.")]
    [InlineData("-1", HttpStatusCode.BadRequest, "A page is a whole number from 1.")]
    [InlineData("abc", HttpStatusCode.BadRequest, "A page is a whole number from 1.")]
    [InlineData("1e1", HttpStatusCode.BadRequest, "A page is a whole number from 1.")]
    [InlineData("1.0", HttpStatusCode.BadRequest, "A page is a whole number from 1.")]
    [InlineData("99999999999", HttpStatusCode.BadRequest, "A page is a whole number from 1.")]
    [InlineData("2", HttpStatusCode.NotFound, "The last page is 1.")]
    public async Task A_page_that_is_none_is_refused_above_the_first(string number, HttpStatusCode status, string refusal)
    {
        using var manager = await Manager();

        var page = await manager.Get($"/orders?page={number}");

        page.Status.ShouldBe(status);
        page.Html.ShouldContain(refusal);
        page.Html.ShouldContain("#7F3A9C");
    }

    [Theory]
    [InlineData("/orders?page=")]
    [InlineData("/orders?page=1")]
    [InlineData("/management?bucket=")]
    public async Task A_value_that_is_left_out_is_the_first(string path)
    {
        using var manager = await Manager();

        (await manager.Get(path)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/management?handler=cvs")]
    [InlineData("/orders?handler=csv")]
    public async Task A_handler_that_is_none_is_nowhere(string path)
    {
        using var manager = await Manager();

        (await manager.Get(path)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await manager.Send("/management/pizza/margherita?handler=delete", ("version", "7"), ("name", "Margherita"))).Status.ShouldBe(
            HttpStatusCode.NotFound
        );
        _bodies.ShouldBeEmpty("nothing was saved in its place");
    }

    [Fact]
    public async Task A_number_longer_than_any_orders_is_nobodys()
    {
        using var manager = await Manager();

        var page = await manager.Get($"/system?order={new string('a', 65)}");

        page.Html.ShouldContain("There is no order of this number");
    }

    [Fact]
    public async Task A_manager_sees_what_waits_and_what_was_laid_aside_and_sends_it_again()
    {
        using var manager = await Manager();

        var page = await manager.Get("/system");
        var sent = await manager.Send("/system?handler=sendagain", ("service", "order"));
        var next = await manager.Get("/system");
        var nobody = await manager.SendAndFollow("/system?handler=sendagain", ("service", "oven"));

        page.Html.ShouldContain("<dd data-figure=\"outbox\">7</dd>");
        page.Html.ShouldContain("<th scope=\"row\">order-note-order-ready</th><td>3</td><td>16</td><td>2</td>");
        page.Html.ShouldContain("2 messages that order laid aside");
        page.Html.ShouldContain("no way through");
        page.Html.ShouldContain("tried again 3 times");
        page.Html.ShouldContain("{\"orderId\":\"abc123\"}");
        page.Html.ShouldContain("The broker does not answer.");
        sent.Location.ShouldBe("/system#messages");
        _sentAgain.ShouldBe(1);
        next.Html.ShouldContain("2 messages of order are on their way again.");
        nobody.Html.ShouldContain("id=\"refusal\"");
    }

    [Fact]
    public async Task Messages_are_shown_to_managers_alone_and_sent_again_by_nobody_else()
    {
        using var stranger = new PageVisitor(_gateway);
        using var chef = new PageVisitor(_gateway);
        await chef.SignIn("chef");
        await chef.Get("/system");

        var seen = await stranger.Get("/system");
        var asked = await stranger.Send("/system?handler=sendagain", ("service", "order"));
        var refused = await chef.SendAndFollow("/system?handler=sendagain", ("service", "order"));
        using var manager = await Manager();
        await manager.Get("/system");
        manager.Csrf = "forged";
        manager.FormHeaders.Clear();
        var forged = await manager.Send("/system?handler=sendagain", ("service", "order"));

        seen.Html.ShouldContain("Sign in as a manager to see them.");
        seen.Html.ShouldNotContain("laid aside</h3>");
        asked.Location.ShouldStartWith("/signin?return=");
        refused.Html.ShouldContain("id=\"refusal\"");
        forged.Status.ShouldBe(HttpStatusCode.Forbidden);
        _sentAgain.ShouldBe(0);
    }

    [Fact]
    public async Task In_development_anyone_sees_the_system_but_an_orders_story_only_who_has_signed_in()
    {
        using var stranger = new PageVisitor(_gateway);
        using var manager = await Manager();

        var seen = await stranger.Get("/system?order=abc123");
        var told = await manager.Get("/system?order=abc123");
        var nothing = await manager.Get("/system?order=nobodys");

        seen.Status.ShouldBe(HttpStatusCode.OK);
        seen.Html.ShouldContain("Sign in to read it.");
        seen.Html.ShouldNotContain("Order placed");
        told.Html.ShouldContain("Order placed");
        told.Html.ShouldContain("2026-11-22 18:00:00.250");
        told.Html.ShouldContain("0.25 s");
        told.Html.ShouldContain("id-anna");
        told.Html.ShouldContain("4bf92f3577b34da6a3ce929d0e0e4736");
        nothing.Status.ShouldBe(HttpStatusCode.OK);
        nothing.Html.ShouldContain("There is no order of this number");
    }

    private async Task<PageVisitor> Manager()
    {
        var manager = new PageVisitor(_gateway);
        await manager.SignIn("manager");
        return manager;
    }

    private async Task Menu(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            await Pizzeria.AnswerMenu(context);
            return;
        }

        if (context.Request.Headers.IfMatch is [{ } expected] && expected != "\"7\"")
        {
            await Refuse(context, "version-conflict", StatusCodes.Status412PreconditionFailed);
            return;
        }

        var body = await Keep(context);
        if (context.Request.Method == "DELETE")
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else if (body.Contains("\"basePrice\":null", StringComparison.Ordinal))
        {
            await Refuse(context, "basePrice");
        }
        else if (body.Contains("\"name\":null", StringComparison.Ordinal) || body.Contains("\"name\":\"\"", StringComparison.Ordinal))
        {
            await Refuse(context, "name");
        }
        else
        {
            await Pizzeria.Json(context, PizzaJson);
        }
    }

    private async Task Kitchen(HttpContext context)
    {
        if (_kitchenIsOut)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (context.Request.Method != "GET" && (await Keep(context)).Contains("\"capacity\":null", StringComparison.Ordinal))
        {
            await Refuse(context, "capacity");
            return;
        }

        if (context.Request.Path == "/internal/messaging")
        {
            await Messages(
                context,
                """{"outbox":{"waiting":0,"bound":10000,"oldest":null},"broker":"unreachable","queues":[],"laidAside":[]}"""
            );
            return;
        }

        await Pizzeria.Json(
            context,
            """{"capacity":5,"cooking":3,"queued":2,"ready":1,"averageCookMinutes":4.2,"paused":false,"reason":null}"""
        );
    }

    private Task Order(HttpContext context) =>
        context.Request.Path.Value switch
        {
            "/internal/messaging" => Messages(context, MessagesJson),
            "/internal/messaging/send-back" => Messages(context, """{"count":2}"""),
            "/api/reports/overview" => Pizzeria.Json(context, OverviewJson),
            "/api/reports/timeseries" => Pizzeria.Json(context, TimeseriesJson),
            "/api/reports/pizzas" => Pizzeria.Json(context, PizzasJson),
            "/api/reports/staff" => Pizzeria.Json(context, StaffJson),
            "/api/orders/abc123/timeline" or "/api/orders/7f3a9cffffff/timeline" => Pizzeria.Json(context, StoryJson),
            "/api/orders" => Found(context),
            _ => Pizzeria.NotFound(context),
        };

    // By the beginning of the id, as the Order service does; abc123 stands for one that is known by its whole id alone.
    private static Task Found(HttpContext context)
    {
        var number = context.Request.Query["q"].ToString().Trim().TrimStart('#').ToLowerInvariant();
        if (number is "7f3")
        {
            return Refuse(context, "q");
        }

        var found = new[] { "7f3a9cffffff", "aaaaaa1", "aaaaaa2" }.Where(id => id.StartsWith(number, StringComparison.Ordinal));
        return Pizzeria.Json(
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

    private async Task<string> Keep(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        _bodies.Enqueue($"{context.Request.Method} {context.Request.Path} {body}");
        return body;
    }

    private static Task Refuse(HttpContext context, string field) =>
        Pizzeria.Json(
            context,
            $$$"""{"type":"/problems/validation","title":"Not valid","status":400,"detail":"…","traceId":"0","errors":{"{{{field}}}":["is not valid"]}}""",
            StatusCodes.Status400BadRequest
        );

    // As the services do: for a manager's token.
    private Task Messages(HttpContext context, string answer)
    {
        var token = context.Request.Headers.Authorization.ToString();
        if (token.Length == 0)
        {
            return Refuse(context, "unauthenticated", StatusCodes.Status401Unauthorized);
        }

        if (!new JsonWebToken(token["Bearer ".Length..]).Claims.Any(claim => claim is { Type: "roles", Value: "manager" }))
        {
            return Refuse(context, "forbidden", StatusCodes.Status403Forbidden);
        }

        _sentAgain += context.Request.Method == "POST" ? 1 : 0;
        return Pizzeria.Json(context, answer);
    }

    private static Task Refuse(HttpContext context, string slug, int status) =>
        Pizzeria.Json(context, $$"""{"type":"/problems/{{slug}}","title":"No","status":{{status}},"detail":"No.","traceId":"0"}""", status);

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
          {"id":"0199f0c4-b1e0-7c3e-9a5f-1d2c3b4a5968","type":"OrderPlaced","at":"2026-11-22T18:00:00Z","actor":"id-anna","traceId":"4bf92f3577b34da6a3ce929d0e0e4736"},
          {"id":"0199f0c4-b1e0-7c3e-9a5f-1d2c3b4a5969","type":"OrderConfirmed","at":"2026-11-22T18:00:00.25Z","actor":"worker","traceId":null}]}
        """;
}
