using System.Net;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.Tests.Architecture;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Ordering;

public sealed class ExportOrdersTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_row_an_order_in_the_order_of_time_quoted_and_without_formulas()
    {
        var cancelled = Placed("b", Orders.Start.AddMinutes(1), "=HYPERLINK(\"http://evil\",\"x\")");
        cancelled.RequestCancellation("-1+1", byManager: false, Orders.By(Orders.Customer, 2)).OrThrow();
        cancelled.CancelAfterWithdrawal(Orders.By(Orders.Customer, 2)).OrThrow();
        await AddAsync(cancelled);
        var late = Placed("a", Orders.Start, "Ada \"the\" Great,\r\nof London");
        late.Apply(Orders.Started() with { OrderId = "a" }).OrThrow();
        late.Apply(Orders.Ready() with { OrderId = "a" }).OrThrow();
        late.Take(Orders.By(Orders.Driver, 30)).OrThrow();
        late.HandOver(byManager: false, Orders.By(Orders.Driver, 52)).OrThrow();
        await AddAsync(late);
        await AddAsync(Placed("of another day", Orders.Start.AddDays(1), "Bob"));

        using var answer = await _service.As("manager").GetAsync("/api/reports/orders?from=2026-03-01&to=2026-03-01");
        var text = await answer.Content.ReadAsStringAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        answer.Content.Headers.ContentDisposition!.FileName.ShouldBe("orders-2026-03-01-2026-03-01.csv");
        text.ShouldBe(
            string.Join(',', ExportOrders.Columns)
                + "\r\n"
                + "\"2026-03-01\",,\"a\",\"delivered\",\"2026-03-01T18:00:00+00:00\",\"Ada \"\"the\"\" Great,\r\nof London\",\"delivery\",3,"
                + "\"2 x Margherita (medium); 1 x Pepperoni (medium)\",0.00,55.77,\"cash\",\"paid\",\"2026-03-01T18:40:00+00:00\","
                + "\"2026-03-01T18:52:00+00:00\",12,,\"chef-1\",\"driver-1\"\r\n"
                + "\"2026-03-01\",,\"b\",\"cancelled\",\"2026-03-01T18:01:00+00:00\",\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\",\"delivery\",3,"
                + "\"2 x Margherita (medium); 1 x Pepperoni (medium)\",0.00,55.77,\"cash\",\"pending\",\"2026-03-01T18:40:00+00:00\","
                + ",,\"'-1+1\",,\r\n"
        );
    }

    [Fact]
    public async Task It_is_sent_page_by_page_and_no_order_is_left_out_or_twice()
    {
        const int Orders = 1203;
        for (var n = 0; n < Orders; n++)
        {
            // Many orders have the same time, so that pages end between them.
            await AddAsync(Placed($"{n:0000}", Ordering.Orders.Start.AddSeconds(n / 400), "Ada"));
        }

        using var answer = await _service.As("manager").GetAsync("/api/reports/orders?from=2026-03-01&to=2026-03-01");
        var rows = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        rows.Length.ShouldBe(Orders + 1);
        rows.Skip(1).Select(row => row.Split(',')[2]).ShouldBeUnique();
    }

    [Fact]
    public async Task A_period_without_orders_has_the_headings_alone()
    {
        using var answer = await _service.As("manager").GetAsync("/api/reports/orders?from=2026-03-01&to=2026-03-01");

        (await answer.Content.ReadAsStringAsync()).ShouldBe(string.Join(',', ExportOrders.Columns) + "\r\n");
    }

    [Fact]
    public async Task It_is_the_managers_alone()
    {
        await _service.Anonymous().ReadAsync("/api/reports/orders").ProblemAsync(401, "unauthenticated");
        await _service.As("chef").ReadAsync("/api/reports/orders").ProblemAsync(403, "forbidden");
        await _service.As("customer").ReadAsync("/api/reports/orders").ProblemAsync(403, "forbidden");
    }

    [Fact]
    public void The_columns_are_described_for_those_who_read_them()
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "operations.md"));

        ExportOrders.Columns.Where(column => !text.Contains($"| `{column}` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static Order Placed(string id, DateTimeOffset at, string name)
    {
        var placed = Orders.New(PaymentMethod.Cash);
        return Order.Place(placed with { Id = id, Customer = placed.Customer with { Name = name } }, new Cause(Orders.Customer, at)).Order;
    }

    private async Task AddAsync(Order order) =>
        (await _service.Get<IRepository<Order>>().AddAsync(order, [], handled: null, CancellationToken.None)).ShouldBeTrue();
}
