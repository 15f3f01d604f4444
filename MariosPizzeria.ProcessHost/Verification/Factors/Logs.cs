using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>One correlation id through all processes; every line an object; nobody's name in any.</summary>
internal sealed class Logs(Subject subject, AspireManifest manifest) : IFactor
{
    private static readonly string[] AnOrderPasses = ["gateway", "order", "kitchen", "worker"];

    // Of a request started and completed, and of an order's creation.
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

    public string Number => "XI";

    public string Name => "Logs";

    public async Task<string> ShowAsync(CancellationToken cancellation)
    {
        var correlation = "verify-" + Guid.NewGuid().ToString("N")[..12];
        const string Customer = "Zenobia Quillfeather";
        var placed = await subject.PlaceOrderAsync("credit_card", cancellation, correlation, Customer);
        string[] types = [.. manifest.Projects.Select(p => p.Name)];
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        await Subject.UntilAsync(
            () =>
            {
                found = types.ToDictionary(
                    type => type,
                    type => subject.Lines(type).Count(line => line.Contains(correlation, StringComparison.Ordinal)),
                    StringComparer.Ordinal
                );
                return Task.FromResult(AnOrderPasses.All(type => found[type] > 0));
            },
            $"gateway, order, kitchen and worker write of order {Subject.ShortId(placed)} under one correlation id",
            cancellation
        );

        // What operators filter by.
        var ofRequest = string.Concat(
            subject.Lines("gateway").Concat(subject.Lines("order")).Where(line => line.Contains(correlation, StringComparison.Ordinal))
        );
        var lacking = FieldsOfARequest.Where(field => !ofRequest.Contains($"\"{field}\":", StringComparison.Ordinal)).ToList();
        VerificationException.Unless(lacking.Count == 0, $"the lines of a request lack {string.Join(", ", lacking)}");

        var lines = 0;
        foreach (var line in types.SelectMany(subject.Lines))
        {
            lines++;
            VerificationException.Unless(
                Subject.MessageOf(line) is not null,
                $"a line is no JSON object: {string.Concat(line.EnumerateRunes().Take(100))}"
            );
            VerificationException.Unless(
                !line.Contains("Quillfeather", StringComparison.Ordinal),
                "a customer's name stands in a log line"
            );
        }

        var followed = found.Where(f => f.Value > 0).Select(f => $"{f.Key} {f.Value}");
        return $"{lines} lines, each one JSON object; order {Subject.ShortId(placed)} followed by its correlation id ({string.Join(", ", followed)} lines); its customer's name is in none";
    }
}
