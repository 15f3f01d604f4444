using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MariosPizzeria.ProcessHost.Measuring;
using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria bench</c></summary>
internal static class BenchCommand
{
    private const int AtOnce = 32;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What is measured, and what it is measured against.</summary>
    /// <param name="What">menu, order …</param>
    /// <param name="PerSecond">Answers a second, through the gateway.</param>
    /// <param name="P50">Milliseconds, likewise P95 and P99.</param>
    /// <param name="P95">95 %.</param>
    /// <param name="P99">99 %.</param>
    /// <param name="Failed">Answers that were not good.</param>
    /// <param name="Limit">What the limit is of; a reason where it could not be measured.</param>
    /// <param name="LimitPerSecond">What that reached in the same run; null where it could not be measured.</param>
    /// <param name="Ratio">Of the limit; null where there is none.</param>
    private sealed record Line(
        string What,
        double PerSecond,
        double P50,
        double P95,
        double P99,
        long Failed,
        string Limit,
        double? LimitPerSecond,
        double? Ratio
    );

    public static Command Create()
    {
        var seconds = new Option<int>("--seconds") { Description = "How long each is measured.", DefaultValueFactory = _ => 10 };
        var warmUp = new Option<int>("--warm-up")
        {
            Description = "Seconds before, for the throughput triples over the first thirty.",
            DefaultValueFactory = _ => 20,
        };
        var running = new Option<bool>("--running")
        {
            Description = "Measure what runs, with its rate limits, instead of a system of its own without.",
        };
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("bench", "Measures menu and orders through the gateway, against this machine's limits in the same run.")
        {
            seconds,
            warmUp,
            running,
            json,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OwnProcesses.RunAsync(async () =>
                {
                    Task<IReadOnlyList<Line>> Measure(Subject subject) =>
                        MeasureAsync(
                            subject,
                            TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                            cancellation
                        );
                    var lines = parsed.GetValue(running)
                        ? await VerifyCommand.OnRunningSystemAsync(Measure, Console.Error.WriteLine, cancellation)
                        : await VerifyCommand.OnSystemOfItsOwnAsync(WithoutLimits(), [], fresh: true, Measure, cancellation);
                    if (parsed.GetValue(json))
                    {
                        Console.WriteLine(JsonSerializer.Serialize(lines, Json));
                    }
                    else
                    {
                        foreach (var line in lines)
                        {
                            Console.WriteLine(Text(line));
                        }
                    }

                    // What failed is said beside what was measured; where nothing was answered, nothing was measured.
                    return lines.All(line => line.PerSecond > 0) ? 0 : 1;
                })
        );
        return command;
    }

    /// <summary>A state folder of its own, and no limit for a customer who orders like thousands.</summary>
    private static Checkout WithoutLimits()
    {
        foreach (var limit in new[] { "OrdersPerUserPerMinute", "OrdersPerAddressPerMinute", "TokensPerAddressPerMinute" })
        {
            Environment.SetEnvironmentVariable("RateLimits__" + limit, "0");
        }

        var checkout = Checkout.Find();
        return checkout with { State = new(checkout.State.In("bench")) };
    }

    private static async Task<IReadOnlyList<Line>> MeasureAsync(
        Subject subject,
        TimeSpan warmUp,
        TimeSpan duration,
        CancellationToken cancellation
    )
    {
        var status = await subject.StatusAsync(cancellation);
        var menu = new Uri(status.Processes.First(p => p.Name == "menu").Url);
        var order = await subject.OneOffAsync("order", cancellation);
        await using var nginx = await Limits.StartNginxAsync(menu, cancellation);

        Task<bool> MenuThrough(Uri address, CancellationToken token) => GetAsync(subject.Http, new Uri(address, "/api/menu"), token);
        Task<bool> ThroughGateway(CancellationToken token) => MenuThrough(subject.Http.BaseAddress!, token);
        async Task<bool> Place(CancellationToken token)
        {
            using var answer = await subject.SendOrderAsync(Guid.NewGuid().ToString("N"), "cash", token);
            return answer.IsSuccessStatusCode;
        }

        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Warming up for {warmUp.TotalSeconds:0} s."));
        await Load.RunAsync(ThroughGateway, AtOnce, warmUp / 2, cancellation);
        await Load.RunAsync(Place, AtOnce, warmUp / 2, cancellation);

        var lines = new List<Line>();
        var limit = nginx?.Address ?? menu;
        var atLimit = await Load.RunAsync(token => MenuThrough(limit, token), AtOnce, duration, cancellation);
        lines.Add(
            Of(
                "menu",
                await Load.RunAsync(ThroughGateway, AtOnce, duration, cancellation),
                nginx is null ? "menu asked directly (nginx is not installed)" : "nginx in front of the same menu process",
                atLimit.PerSecond
            )
        );
        lines.Add(Of("menu, one at a time", await Load.RunAsync(ThroughGateway, 1, duration / 2, cancellation), "none", null));

        var stored = await Limits.PostgresAsync(order.Environment["ConnectionStrings__orderdb"]!, duration, cancellation);
        var confirmed = await Limits.RabbitMqAsync(new Uri(order.Environment["ConnectionStrings__rabbitmq"]!), duration / 2, cancellation);
        var placed = await Load.RunAsync(Place, AtOnce, duration, cancellation);
        lines.Add(
            Of(
                "order",
                placed,
                stored is null ? "none: pgbench is not installed, or the database is another" : "pgbench storing as much",
                stored
            )
        );
        // Two events an order are confirmed by the broker.
        lines.Add(Of("order's events", placed with { PerSecond = 2 * placed.PerSecond }, "RabbitMQ confirming as many bytes", confirmed));
        lines.Add(Of("order, one at a time", await Load.RunAsync(Place, 1, duration / 2, cancellation), "none", null));
        return lines;
    }

    private static async Task<bool> GetAsync(HttpClient http, Uri address, CancellationToken cancellation)
    {
        using var answer = await http.GetAsync(address, cancellation);
        return answer.IsSuccessStatusCode;
    }

    private static Line Of(string what, Figures figures, string limit, double? limitPerSecond) =>
        new(
            what,
            Math.Round(figures.PerSecond, 1),
            Math.Round(figures.P50, 2),
            Math.Round(figures.P95, 2),
            Math.Round(figures.P99, 2),
            figures.Failed,
            limit,
            limitPerSecond is { } rate ? Math.Round(rate, 1) : null,
            limitPerSecond is { } most and > 0 ? Math.Round(figures.PerSecond / most, 3) : null
        );

    private static string Text(Line line) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{line.What, -21} {line.PerSecond, 8:0}/s  p50 {line.P50, 6:0.0}  p95 {line.P95, 6:0.0}  p99 {line.P99, 6:0.0} ms  failed {line.Failed}"
        )
        + (
            line.LimitPerSecond is { } limit
                ? string.Create(CultureInfo.InvariantCulture, $"  {line.Ratio:0.00} of {limit:0}/s ({line.Limit})")
            : line.Limit == "none" ? ""
            : $"  ({line.Limit})"
        );
}
