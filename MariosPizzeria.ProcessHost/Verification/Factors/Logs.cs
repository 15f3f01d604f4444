namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>One correlation id passes through all processes, every line is a JSON object, and no line has a customer's name.</summary>
internal sealed class Logs(RunningSystem subject) : Factor("XI", "Logs")
{
    private static readonly string[] AnOrderPasses = ["gateway", "order", "kitchen", "worker"];

    // The fields in the lines for a started and a completed request, and for the creation of an order.
    private static readonly string[] FieldsOfARequest =
    [
        "method",
        "path",
        "query_params",
        "user_agent",
        "client_ip",
        "status_code",
        "duration_ms",
        "customer_id",
        "pizza_count",
        "total_amount",
        "order_id",
    ];

    public override async Task<string> VerifyAsync()
    {
        var correlation = "verify-" + Guid.NewGuid().ToString("N")[..12];
        const string Customer = "Zenobia Quillfeather";
        var placed = await subject.PlaceOrderAsync("credit_card", correlation, Customer);
        string[] types = [.. subject.Manifest.Projects.Select(p => p.Name)];
        var found = new Dictionary<string, int>();
        await subject.UntilAsync(
            () =>
            {
                found = types.ToDictionary(type => type, type => subject.Lines(type).Count(line => line.Contains(correlation)));
                return Task.FromResult(AnOrderPasses.All(type => found[type] > 0));
            },
            $"gateway, order, kitchen and worker log order {RunningSystem.ShortId(placed)} under one correlation id"
        );

        // Operators filter by these fields.
        var ofRequest = string.Concat(subject.Lines("gateway").Concat(subject.Lines("order")).Where(line => line.Contains(correlation)));
        var lacking = FieldsOfARequest.Where(field => !ofRequest.Contains($"\"{field}\":")).ToList();
        Unless(lacking.Count == 0, $"the lines of a request lack {string.Join(", ", lacking)}");

        var lines = 0;
        foreach (var line in types.SelectMany(subject.Lines))
        {
            lines++;
            Unless(
                RunningSystem.MessageOf(line) is not null,
                $"a line is not a JSON object: {string.Concat(line.EnumerateRunes().Take(100))}"
            );
            Unless(!line.Contains("Quillfeather"), "a customer's name is in a log line");
        }

        var followed = found.Where(f => f.Value > 0).Select(f => $"{f.Key} {f.Value}");
        return $"{lines} lines, each one JSON object; order {RunningSystem.ShortId(placed)} followed by its correlation id ({string.Join(", ", followed)} lines); its customer's name is in none";
    }
}
