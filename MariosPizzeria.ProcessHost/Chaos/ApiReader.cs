namespace MariosPizzeria.ProcessHost.Chaos;

internal sealed class ApiReader(ApiCaller caller, Account manager)
{
    public async Task<IReadOnlyDictionary<string, string>> OrdersAsync(CancellationToken cancellation)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (string? next = ""; next is not null; )
        {
            var after = next.Length == 0 ? "" : $"&after={Uri.EscapeDataString(next)}";
            var page = await ReadAsync($"/api/orders?pageSize=100{after}", cancellation);
            foreach (var order in page.GetProperty("items").EnumerateArray())
            {
                found[order.Text("id")!] = order.Text("status")!;
            }

            next = page.Text("next");
        }

        return found;
    }

    /// <summary>Reads the reports of the days since then.</summary>
    /// <param name="since">When the first order was placed, or earlier.</param>
    public async Task<ReportedFigures> FiguresAsync(DateTime since, CancellationToken cancellation)
    {
        // A business day may begin in the morning; orders before that time belong to the day before.
        var period = $"from={since.AddDays(-1):yyyy-MM-dd}&to={DateTime.UtcNow:yyyy-MM-dd}";
        var days = Items(await ReadAsync($"/api/reports/timeseries?bucket=day&{period}", cancellation));
        var pizzas = Items(await ReadAsync($"/api/reports/pizzas?{period}", cancellation));
        var guests = Items(await ReadAsync($"/api/reports/customers?{period}", cancellation));
        var active = (await ReadAsync("/api/reports/overview", cancellation)).GetProperty("active");
        return new(
            days.Sum(day => day.GetProperty("orders").GetInt32()),
            days.Sum(day => day.GetProperty("delivered").GetInt32()),
            days.Sum(day => day.GetProperty("cancelled").GetInt32()),
            days.Sum(day => day.GetProperty("revenue").GetDecimal()),
            active.EnumerateObject().Sum(status => status.Value.GetInt32()),
            pizzas.ToDictionary(pizza => pizza.Text("pizzaId")!, pizza => pizza.GetProperty("quantity").GetInt32()),
            guests.ToDictionary(
                guest => guest.Text("id")!,
                guest => (guest.GetProperty("orders").GetInt32(), guest.GetProperty("revenue").GetDecimal())
            )
        );
    }

    /// <summary>Reads the pizzas of the menu, with one line for each size.</summary>
    public async Task<IReadOnlyList<GuestLine>> MenuAsync(CancellationToken cancellation) =>
        [
            .. (await ReadAsync("/api/menu", cancellation))
                .GetProperty("pizzas")
                .EnumerateArray()
                .SelectMany(pizza =>
                    pizza
                        .GetProperty("prices")
                        .EnumerateObject()
                        .Select(price => new GuestLine(pizza.Text("id")!, price.Name, 1, price.Value.GetDecimal()))
                ),
        ];

    private static List<JsonElement> Items(JsonElement list) => [.. list.GetProperty("items").EnumerateArray()];

    private async Task<JsonElement> ReadAsync(string path, CancellationToken cancellation)
    {
        var answer = await caller.GetAsync(manager, path, cancellation);
        return answer.IsSuccess ? answer.Body : throw new PizzeriaException($"{path} was answered with {answer}.");
    }
}
