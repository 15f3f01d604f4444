using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>
/// Measures the database time of each list and each report that the API offers: the durations that PostgreSQL logs of the statements that
/// the product sends for it, from parsing to the last row.
/// </summary>
internal sealed partial class SlowestRequests
{
    private const int Repeats = 5;
    private const int WarmUpRequests = 1;
    private const int Named = 5;
    private const string Reports = "/api/reports/";

    private readonly RunningSystem _subject;
    private readonly Psql _database;
    private readonly string _log;

    private SlowestRequests(RunningSystem subject, Psql database, string log) => (_subject, _database, _log) = (subject, database, log);

    /// <summary>Measures all lists and reports; the processes must have no other work.</summary>
    /// <param name="prefix">The beginning of the names of the lines.</param>
    /// <returns>The line of the slowest list and that of the slowest report.</returns>
    public static async Task<IReadOnlyList<BenchLine>> MeasureAsync(string prefix, RunningSystem subject)
    {
        var server = (await subject.StatusAsync()).Servers.First(each => each.Kind == "postgres");
        var database = (await StoredOrders.DatabasesAsync(subject))[0];
        var requests = new SlowestRequests(subject, database, Path.Combine(subject.Checkout.State.Logs, server.Name + ".log"));
        try
        {
            await requests.LogDurationsAsync("set log_min_duration_statement = 0");
            var all = (await requests.MeasureAllAsync()).ToLookup(each => each.Url.StartsWith(Reports, StringComparison.Ordinal));
            return [SlowestOf($"{prefix} list", all[false]), SlowestOf($"{prefix} report", all[true])];
        }
        finally
        {
            await requests.LogDurationsAsync("reset log_min_duration_statement");
        }
    }

    private static BenchLine SlowestOf(string what, IEnumerable<(string Url, BenchLine Line)> requests)
    {
        Console.Error.WriteLine(what);
        var slowest = requests.OrderByDescending(request => request.Line.P50).ToList();
        foreach (var (url, line) in slowest.Take(Named))
        {
            Console.Error.WriteLine($"{line.P50, 9:0.00} ms  {url}");
        }

        return slowest[0].Line with
        {
            What = what,
        };
    }

    private async Task LogDurationsAsync(string setting)
    {
        await _database.RunAsync($"alter system {setting}", _subject.Cancellation);
        await _database.RunAsync("select pg_reload_conf()", _subject.Cancellation);
    }

    private async Task<List<(string Url, BenchLine Line)>> MeasureAllAsync()
    {
        var lines = new List<(string, BenchLine)>();
        foreach (var (role, urls) in await UrlsAsync())
        {
            var token = await _subject.TokenAsync(role);
            foreach (var url in urls)
            {
                lines.Add((url, await MeasureAsync(role, token, url)));
            }
        }

        return lines;
    }

    /// <summary>Returns the median of several requests, because background work of the processes affects few of them.</summary>
    private async Task<BenchLine> MeasureAsync(string role, string token, string url)
    {
        var times = new List<double>();
        for (var request = 0; request < WarmUpRequests + Repeats; request++)
        {
            var from = new FileInfo(_log).Length;
            using var answer = await _subject.SendAsync(HttpMethod.Get, url, token);
            VerificationException.Unless(answer.IsSuccessStatusCode, $"{url} was answered to {role} with {(int)answer.StatusCode}");
            await answer.Content.ReadAsByteArrayAsync(_subject.Cancellation);
            if (request >= WarmUpRequests)
            {
                times.Add(DurationsSince(from));
            }
        }

        times.Sort();
        return new(
            url,
            PerSecond: 0,
            times[Repeats / 2],
            times[^1],
            times[^1],
            Failed: 0,
            Refused: 0,
            $"slowest for {role}: {url}",
            LimitPerSecond: null,
            Ratio: null,
            BenchLine.CpuOf(new Dictionary<string, double>(), operations: 0)
        );
    }

    private double DurationsSince(long from)
    {
        using var log = Files.OpenShared(_log);
        // The host truncates a log that has become too long.
        log.Seek(log.Length < from ? 0 : from, SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        return Duration().Matches(reader.ReadToEnd()).Sum(match => double.Parse(match.Groups["ms"].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>Every list with every kind of filter, first and deep pages, and every report.</summary>
    private async Task<IReadOnlyList<(string Role, string[] Urls)>> UrlsAsync()
    {
        var now = DateTime.UtcNow;
        var (year, middle, month) = (Day(now.AddDays(-364)), Day(now.AddDays(-180)), Day(now.AddDays(-30)));
        var page = await _subject.GetAsync($"/api/orders?to={middle}&pageSize=1");
        var order = page.GetProperty("items")[0];
        var customer = order.GetProperty("customer");
        var after = Uri.EscapeDataString(page.GetProperty("next").GetString()!);
        var name = Uri.EscapeDataString(customer.GetProperty("name").GetString()!);
        var phone = customer.GetProperty("phone").GetString()![^4..];
        var tickets = (await _subject.GetAsync("/api/kitchen/tickets")).GetProperty("next").GetString();
        string[] searches = [$"q={order.GetProperty("id").GetString()![..6]}", $"q={name}", $"q={name[..1]}", $"q={phone}"];
        string[] filters =
        [
            "",
            .. ((string[])["pending", "confirmed", "cooking", "ready", "delivering", "delivered", "cancelled"]).Select(one =>
                $"&status={one}"
            ),
            "&status=pending,confirmed,cooking,ready,delivering",
            "&status=delivered,cancelled",
            $"&from={middle}&to={middle}",
            $"&from={year}",
            $"&to={year}",
            $"&status=cancelled&from={year}&to={middle}",
        ];
        string[] pages = ["pageSize=20", "pageSize=100", "pageSize=100&page=100", $"pageSize=100&after={after}"];
        string[] orders =
        [
            .. from which in pages.Concat(searches) from filter in filters select $"/api/orders?{which}{filter}",
            .. searches.Select(search => $"/api/orders?{search}&after={after}"),
        ];
        return
        [
            (
                "manager",
                [
                    .. orders,
                    "/api/notifications",
                    "/api/delivery/ready",
                    "/api/delivery/tour",
                    "/api/kitchen/tickets",
                    .. tickets is null ? [] : (string[])[$"/api/kitchen/tickets?after={Uri.EscapeDataString(tickets)}"],
                    .. ((string[])["queued", "cooking", "ready"]).Select(state => $"/api/kitchen/tickets?state={state}"),
                    $"{Reports}overview",
                    .. ((string[])["day", "week", "month"]).Select(bucket => $"{Reports}timeseries?bucket={bucket}&from={year}"),
                    .. ((string[])["pizzas", "staff", "customers", "daily"]).SelectMany(report =>
                        (string[])[$"{Reports}{report}?from={year}", $"{Reports}{report}?from={month}"]
                    ),
                ]
            ),
            ("customer", [.. orders, "/api/notifications"]),
        ];

        static string Day(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"LOG:  duration: (?<ms>[\d.]+) ms  (parse|bind|execute|statement)", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Duration();
}
