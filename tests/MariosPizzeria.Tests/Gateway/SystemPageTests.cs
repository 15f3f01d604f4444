using System.Net;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>The state of all processes: one row for each, and a line at the top that tells whether anything is down.</summary>
public sealed class SystemPageTests : IAsyncLifetime
{
    private readonly string _log = Path.GetTempFileName();
    private string _process = """
        {"version":"1.4.0+0123456789abcdef","startedAt":"2026-11-29T20:10:00Z","restarts":3,"requests":1024,"percentile95":12.4,"hasLog":true}
        """;
    private Replica _menu = null!;
    private Replica _order = null!;
    private Replica _kitchen = null!;

    public async Task InitializeAsync()
    {
        _menu = await Replica.StartAsync(AnswerAsync);
        _order = await Pizzeria.OrderAsync(AnswerAsync);
        _kitchen = await Replica.StartAsync(Pizzeria.NotFoundAsync);
    }

    public async Task DisposeAsync()
    {
        await _menu.DisposeAsync();
        await _order.DisposeAsync();
        await _kitchen.DisposeAsync();
        File.Delete(_log);
    }

    [Fact]
    public async Task A_row_says_of_each_process_how_it_is_and_plainly_what_is_not_known()
    {
        using var gateway = Gateway().Started();
        using var manager = await ManagerAsync(gateway);

        var page = await manager.GetAsync("/system");

        page.Html.ShouldContain("All is well: 4 processes run.", customMessage: "three services and the gateway itself");
        page.Html.ShouldNotContain("data-down");
        var order = Row(page, "order/0");
        order.ShouldContain("running");
        order.ShouldContain("Nov 29, 20:10");
        order.ShouldContain("data-label=\"Restarts\">3</td>");
        order.ShouldContain("1.4.0+0123456</td>");
        order.ShouldContain("12 ms");
        order.ShouldContain("of the last 1,024");
        order.ShouldContain("href=\"/system/log/order/0\"");
        Row(page, "kitchen/0").ShouldContain("not known here", customMessage: "of a release that tells nothing of itself");
        Row(page, "kitchen/1").ShouldContain("kept free for a replacement");
    }

    [Fact]
    public async Task The_gateway_measures_its_own_requests_and_tells_its_version()
    {
        using var gateway = Gateway().Started();
        using var manager = await ManagerAsync(gateway);

        var row = Row(await manager.GetAsync("/system"), "gateway/0");

        row.ShouldContain(" ms");
        row.ShouldContain("<time datetime=");
        row.ShouldContain("data-label=\"Restarts\">not known here</td>", customMessage: "nobody told it");
    }

    [Fact]
    public async Task What_a_platform_says_of_a_process_is_told()
    {
        await File.WriteAllTextAsync(
            _log,
            """
            {"timestamp":"2026-11-29T20:10:00Z","level":"Error","message":"Not ready: <redis>","exception":"Boom: no\n   at X"}
            half a line that is no JSON

            """
        );
        using var gateway = Gateway().With("Platform:Restarts", "2").With("Platform:LogFile", _log).Started();
        using var manager = await ManagerAsync(gateway);

        var row = Row(await manager.GetAsync("/system"), "gateway/0");
        var log = await manager.GetAsync("/system/log/gateway/0");

        row.ShouldContain("data-label=\"Restarts\">2</td>");
        row.ShouldContain("href=\"/system/log/gateway/0\"");
        log.Source.ShouldContain("Not ready: &lt;redis&gt;");
        log.Html.ShouldContain("Boom: no");
        log.Html.ShouldNotContain("   at X");
        log.Html.IndexOf("half a line", StringComparison.Ordinal).ShouldBeLessThan(log.Html.IndexOf("Not ready", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_platform_keeps_the_logs_elsewhere_the_row_leads_there()
    {
        _process = _process.Replace("\"hasLog\":true", "\"hasLog\":false", StringComparison.Ordinal);
        using var gateway = Gateway().With("Platform:LogsAt", "https://logs.example/?app={name}").Started();
        using var manager = await ManagerAsync(gateway);

        Row(await manager.GetAsync("/system"), "order/0").ShouldContain("href=\"https://logs.example/?app=order\"");
    }

    [Fact]
    public async Task A_backing_service_that_does_not_answer_is_told_once_at_the_top_with_who_misses_it()
    {
        foreach (var replica in new[] { _order, _menu })
        {
            replica.Health = """{"status":"degraded","checks":{"orderdb":"ready","rabbitmq":"degraded","warm-up":"ready"}}""";
        }

        using var gateway = Gateway().Started();
        using var manager = await ManagerAsync(gateway);

        var page = await manager.GetAsync("/system");

        page.Html.ShouldContain("Something is down.");
        page.Html.ShouldContain("The message broker (RabbitMQ) does not answer; needed by menu, order.");
        Row(page, "order/0").ShouldContain("rabbitmq: running, with something missing");
    }

    [Fact]
    public async Task Of_a_process_that_is_being_started_the_page_says_so_and_not_that_its_servers_are_away()
    {
        _order.Health = """{"status":"not_ready","checks":{"orderdb":"ready","rabbitmq":"degraded","warm-up":"not_ready"}}""";
        using var gateway = Gateway().Started();
        using var manager = await ManagerAsync(gateway);

        var page = await manager.GetAsync("/system");

        page.Html.ShouldContain("order/0 is being started.");
        page.Html.ShouldNotContain("RabbitMQ) does not answer");
        page.Html.ShouldNotContain("Something is down.");
    }

    [Fact]
    public async Task A_process_that_is_not_there_is_down_and_not_left_out()
    {
        using var gateway = GatewayProcess
            .Before("menu", _menu.Address)
            .And("order", Replica.Nobody(), _order.Address, Replica.Nobody())
            .And("kitchen", Replica.Nobody(), Replica.Nobody())
            .Started();
        using var manager = await ManagerAsync(gateway);

        var page = await manager.GetAsync("/system");

        page.Html.ShouldContain("3 of 5 processes run.");
        page.Html.ShouldContain("order/0 does not run.");
        page.Html.ShouldContain("kitchen/0 does not run.");
        page.Html.ShouldNotContain("order/2 does not run.");
    }

    [Theory]
    [InlineData("order", "1")]
    [InlineData("order", "x")]
    [InlineData("order", "-1")]
    [InlineData("oven", "0")]
    public async Task A_process_that_there_is_not_has_no_log(string process, string replica)
    {
        using var gateway = Gateway().Started();
        using var manager = await ManagerAsync(gateway);

        (await manager.GetAsync($"/system/log/{process}/{replica}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Log_lines_are_for_managers_alone()
    {
        using var gateway = Gateway().With("Platform:LogFile", _log).Started();
        using var stranger = new PageVisitor(gateway);
        using var chef = new PageVisitor(gateway);
        await chef.SignInAsync("chef");

        (await stranger.GetAsync("/system/log/gateway/0")).Location.ShouldStartWith("/signin?return=");
        (await chef.GetAsync("/system/log/gateway/0")).Status.ShouldBe(HttpStatusCode.Forbidden);
        Row(await stranger.GetAsync("/system"), "gateway/0").ShouldNotContain("/system/log/");
        using var outside = await gateway.Client.GetAsync("/internal/process");
        outside.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static string Row(Page page, string process)
    {
        var from = page.Html.IndexOf($"data-process=\"{process}\"", StringComparison.Ordinal);
        from.ShouldBeGreaterThan(0, page.Html);
        return page.Html[from..page.Html.IndexOf("</tr>", from, StringComparison.Ordinal)];
    }

    private static async Task<PageVisitor> ManagerAsync(GatewayProcess gateway)
    {
        var manager = new PageVisitor(gateway);
        await manager.SignInAsync("manager");
        return manager;
    }

    private GatewayProcess Gateway() =>
        GatewayProcess.Before("menu", _menu.Address).And("order", _order.Address).And("kitchen", _kitchen.Address, Replica.Nobody());

    private Task AnswerAsync(HttpContext context) =>
        context.Request.Path == "/internal/process" ? Pizzeria.JsonAsync(context, _process) : Pizzeria.NotFoundAsync(context);
}
