using System.Net;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>The manager's figures, opening hours and kitchen, with services that answer with known figures.</summary>
public sealed class ManagementPageTests : IAsyncLifetime
{
    private ManagementServices _services = null!;

    public async Task InitializeAsync() => _services = await ManagementServices.StartAsync();

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Theory]
    [InlineData("/management")]
    [InlineData("/management/menu")]
    [InlineData("/management/pizza")]
    [InlineData("/management?handler=csv&report=pizzas")]
    public async Task The_managers_pages_ask_a_stranger_to_sign_in_and_are_closed_to_everybody_else(string path)
    {
        using var stranger = new PageVisitor(_services.Gateway);
        using var chef = new PageVisitor(_services.Gateway);
        await chef.SignInAsync("chef");

        var asked = await stranger.GetAsync(path);
        var refused = await chef.GetAsync(path);

        asked.Status.ShouldBe(HttpStatusCode.SeeOther);
        asked.Location.ShouldBe($"/signin?return={Uri.EscapeDataString(path)}");
        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        refused.Html.ShouldContain("This door is for others");
        refused.Html.ShouldNotContain("href=\"/management\"");
    }

    [Fact]
    public async Task Today_stands_against_yesterday_with_words_and_not_colours_alone()
    {
        using var manager = await _services.ManagerAsync();

        var page = await manager.GetAsync("/management");

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
        using var manager = await _services.ManagerAsync();

        var page = await manager.GetAsync("/management?bucket=month");

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
        using var manager = await _services.ManagerAsync();

        var page = await manager.GetAsync("/management?bucket=month", "it");

        page.Html.ShouldContain("1.250,50\u00a0$");
        page.Html.ShouldContain("più di ieri (25,1%)");
        page.Html.ShouldContain("ott: 900,00\u00a0$");
        page.Html.ShouldContain("Prende ordini.");
    }

    [Fact]
    public async Task Every_chart_is_a_sheet_whose_names_are_no_formulas()
    {
        using var manager = await _services.ManagerAsync();

        var series = await manager.GetAsync("/management?handler=csv&report=timeseries&bucket=month");
        var pizzas = await manager.GetAsync("/management?handler=csv&report=pizzas");
        var statuses = await manager.GetAsync("/management?handler=csv&report=statuses");
        var nothing = await manager.GetAsync("/management?handler=csv&report=secrets");

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
        _services.KitchenIsOut = true;
        using var manager = await _services.ManagerAsync();

        var page = await manager.GetAsync("/management");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldContain("$1,250.50");
        page.Html.ShouldContain("The kitchen does not answer right now.");
    }

    [Fact]
    public async Task Opening_hours_and_busy_minutes_are_shown_and_set()
    {
        using var manager = await _services.ManagerAsync();

        var page = await manager.GetAsync("/management");
        var saved = await manager.SendAndFollowAsync("/management?handler=hours", ("hours", "mon-tue 11:00-14:00"));
        await manager.SendAsync("/management?handler=busy", ("extraMinutes", "30"));
        var refused = await manager.SendAndFollowAsync("/management?handler=hours", ("hours", "whenever"));

        page.Html.ShouldContain("value=\"mon-tue 11:00-23:00\"");
        page.Html.ShouldContain("name=\"extraMinutes\" type=\"text\" value=\"15\"");
        saved.Html.ShouldContain("The opening hours are set.");
        _services.Bodies.ShouldContain(
            "PUT /api/shop/hours {\"hours\":[{\"day\":\"mon\",\"from\":\"11:00\",\"to\":\"14:00\"},{\"day\":\"tue\",\"from\":\"11:00\",\"to\":\"14:00\"}]}"
        );
        _services.Bodies.ShouldContain("PUT /api/shop/busy {\"extraMinutes\":30}");
        refused.Html.ShouldContain("value=\"whenever\"");
        refused.Html.ShouldContain("as in the example");
    }

    [Fact]
    public async Task The_kitchen_is_paused_with_a_reason_and_its_capacity_set()
    {
        using var manager = await _services.ManagerAsync();
        await manager.GetAsync("/management");

        var paused = await manager.SendAsync("/management?handler=pause", ("reason", "The oven is cold"));
        var next = await manager.GetAsync("/management");
        var set = await manager.SendAsync("/management?handler=capacity", ("capacity", "8"));

        paused.Status.ShouldBe(HttpStatusCode.SeeOther);
        next.Html.ShouldContain("The kitchen takes no new orders.");
        set.Status.ShouldBe(HttpStatusCode.SeeOther);
        _services.Bodies.ShouldContain("PUT /api/kitchen/paused {\"paused\":true,\"reason\":\"The oven is cold\"}");
        _services.Bodies.ShouldContain("PUT /api/kitchen/capacity {\"capacity\":8}");
    }

    [Fact]
    public async Task A_capacity_that_is_none_is_told_at_the_field()
    {
        using var manager = await _services.ManagerAsync();
        await manager.GetAsync("/management");

        var refused = await manager.SendAndFollowAsync("/management?handler=capacity", ("capacity", "many"));

        refused.Html.ShouldContain("<span class=\"wrong\" id=\"wrong-capacity\">A whole number from 1 to 100.</span>");
        refused.Html.ShouldContain("name=\"capacity\" type=\"text\" value=\"many\"");
        refused.Html.ShouldContain("$1,250.50");
    }

    [Theory]
    [InlineData("/management?bucket=year")]
    [InlineData("/management?bucket=1")]
    [InlineData("/management?bucket=day,week")]
    public async Task A_period_that_is_none_is_refused_above_the_charts_of_days(string path)
    {
        using var manager = await _services.ManagerAsync();

        var page = await manager.GetAsync(path);

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Html.ShouldContain("bucket must be day, week or month");
        page.Html.ShouldContain("&bucket=day#over-time\" aria-current=\"true\"");
        page.Html.ShouldContain("id=\"revenue-desc\"");
        page.Html.ShouldNotContain("id=\"refusal\"", Case.Sensitive, "nothing is wrong with the kitchen's forms");
        (await manager.GetAsync(path.Replace("?", "?handler=csv&report=timeseries&", StringComparison.Ordinal))).Status.ShouldBe(
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
        using var manager = await _services.ManagerAsync();

        var page = await manager.GetAsync($"/orders?page={number}");

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
        using var manager = await _services.ManagerAsync();

        (await manager.GetAsync(path)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/management?handler=cvs")]
    [InlineData("/orders?handler=csv")]
    public async Task A_handler_that_is_none_is_nowhere(string path)
    {
        using var manager = await _services.ManagerAsync();

        (await manager.GetAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await manager.SendAsync("/management/pizza/margherita?handler=delete", ("version", "7"), ("name", "Margherita"))).Status.ShouldBe(
            HttpStatusCode.NotFound
        );
        _services.Bodies.ShouldBeEmpty("nothing was saved in its place");
    }
}
