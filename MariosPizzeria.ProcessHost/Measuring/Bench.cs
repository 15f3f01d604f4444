using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Measuring;

/// <summary>The durations of the measurements.</summary>
/// <param name="Each">For everything except orders at full load.</param>
/// <param name="Orders">For orders at full load.</param>
/// <param name="WarmUp">For the load before the measurements, whose figures are discarded.</param>
internal sealed record BenchDurations(TimeSpan Each, TimeSpan Orders, TimeSpan WarmUp);

internal sealed class Bench : IAsyncDisposable
{
    private const int Connections = 32;

    private readonly RunningSystem _subject;
    private readonly BenchDurations _durations;
    private readonly string _folder;
    private readonly SystemStatus _status;
    private readonly LoadProcess _load = LoadProcess.Start();
    private readonly ProcessTrees _trees;
    private readonly ProcessTrees _processes;
    private readonly Backlog _backlog;
    private readonly LoadRequest _menu;
    private readonly LoadRequest _order;

    private Bench(RunningSystem subject, BenchDurations durations, string folder, SystemStatus status, string token)
    {
        (_subject, _durations, _folder, _status) = (subject, durations, folder, status);
        _trees = new(TreesOf(status, process => process.Name, server => server.Kind == "mongo" ? BenchLine.Database : server.Kind));
        _processes = new(TreesOf(status, process => process.Name, _ => null));
        _backlog = new(subject, status);
        _menu = new(subject.Http.BaseAddress!, "GET", "/api/menu", durations.Each.TotalSeconds) { Connections = Connections };
        _order = new(subject.Http.BaseAddress!, "POST", "/api/orders", durations.Orders.TotalSeconds)
        {
            Connections = Connections,
            Token = token,
            Body = RunningSystem.OrderOf("cash", Customer),
        };
    }

    /// <summary>The customer's name in the orders of this bench, by which they are found.</summary>
    public string Customer { get; } = $"Bench {Guid.NewGuid():N}";

    /// <summary>Prepares a bench.</summary>
    /// <param name="folder">The folder for files that are not needed after the bench.</param>
    public static async Task<Bench> OfAsync(RunningSystem subject, BenchDurations durations, string folder)
    {
        Directory.CreateDirectory(folder);
        return new(subject, durations, folder, await subject.StatusAsync(), await subject.TokenAsync("customer"));
    }

    public ValueTask DisposeAsync() => _load.DisposeAsync();

    /// <summary>
    /// Measures the system without requests. It must run before any load: the processes check thousands of uncooked orders all the time,
    /// and that state is not realistic.
    /// </summary>
    public async Task<BenchLine> MeasureIdleAsync()
    {
        Report("idle");
        await Task.Delay(_durations.Each, _subject.Cancellation);
        var before = _trees.ProcessorTime();
        var started = TimeProvider.System.GetTimestamp();
        await Task.Delay(_durations.Each, _subject.Cancellation);
        var microseconds = TimeProvider.System.GetElapsedTime(started).TotalMicroseconds;
        return Empty("idle") with
        {
            Cpu = BenchLine.CpuOf(Since(before, _trees), microseconds / 100),
            PssMegabytes = _processes.ProportionalMegabytes(),
        };
    }

    /// <summary>Puts all processes under load until their code is JIT-compiled and their connections are open.</summary>
    public async Task WarmUpAsync()
    {
        Report($"warming up for {_durations.WarmUp.TotalSeconds:0} s");
        await RunAsync(_menu with { Seconds = _durations.WarmUp.TotalSeconds / 4 }, _trees);
        await PlaceAsync(_order with { Seconds = _durations.WarmUp.TotalSeconds * 3 / 4 });
    }

    public async Task<IReadOnlyList<BenchLine>> MeasureAsync()
    {
        var menu = await MeasureMenuAsync();

        // Before the load that leaves thousands of orders, which the product's jobs read from time to time: in a measurement of some
        // seconds with few orders, most of the cost would be that of the jobs.
        Report("order, one at a time");
        var alone = LineOf("order, one at a time", await PlaceAsync(_order with { Connections = 1, Seconds = _menu.Seconds }));
        return [.. menu, .. await MeasureOrdersAsync(), alone];
    }

    /// <summary>Measures orders at full load, until their backlog is empty.</summary>
    /// <param name="what">The name of the line.</param>
    public async Task<BenchLine> MeasureCompletedAsync(string what)
    {
        Report(what);
        return CompletedOf(what, await PlaceAsync(_order));
    }

    private async Task<IEnumerable<BenchLine>> MeasureMenuAsync()
    {
        Report("menu");
        var menu = new Uri(_status.Processes.First(process => process.Name == "menu").Url);
        await using var nginx = await Nginx.StartAsync(menu, Path.Combine(_folder, "nginx"), _subject.Cancellation);
        var gateway = await RunAsync(_menu, _trees);
        if (nginx is null)
        {
            Report($"nginx is not installed, so the menu is compared with the menu process itself. {Packages.Nginx.HowToGet}");
            var direct = await RunAsync(_menu with { Address = menu }, _trees);
            return
            [
                LineOf("menu", gateway).WithReference("the menu process without a gateway (nginx is not installed)", direct.PerSecond),
                await MeasureOneAtATimeAsync(),
            ];
        }

        var trees = _trees.With("nginx", nginx.Pid);
        var passed = await RunAsync(_menu with { Address = nginx.Address }, trees);
        var cached = await RunAsync(_menu with { Address = nginx.Cached }, trees);
        return
        [
            LineOf("menu", gateway).WithReference("nginx in front of the same menu process", passed.PerSecond),
            LineOf("nginx", passed),
            LineOf("nginx with proxy_cache", cached),
            await MeasureOneAtATimeAsync(),
        ];

        async Task<BenchLine> MeasureOneAtATimeAsync() =>
            LineOf("menu, one at a time", await RunAsync(_menu with { Connections = 1, Seconds = HalfOf(_menu.Seconds) }, _trees));
    }

    private async Task<IEnumerable<BenchLine>> MeasureOrdersAsync()
    {
        var order = await _subject.OneOffAsync("order");
        var database = Psql.Of(order.Environment.GetValueOrDefault("ConnectionStrings__orderdb"));
        if (database?.Has("pgbench") != true)
        {
            Report(database is null ? "pgbench runs only on PostgreSQL" : $"pgbench is missing. {Packages.Pgbench.HowToGet}");
            var alone = await PlaceReportedAsync();
            return [LineOf("order", alone), CompletedOf("order completed", alone)];
        }

        Report("pgbench");
        var before = _trees.ProcessorTime();
        var script = Path.Combine(_folder, "pgbench.sql");
        var (transactions, perSecond) = await Pgbench.RunAsync(database, script, _durations.Each, _subject.Cancellation);
        var used = new Dictionary<string, double> { [BenchLine.Database] = Since(before, _trees)[BenchLine.Database] };
        var placed = await PlaceReportedAsync();
        return
        [
            LineOf("order", placed).WithReference("pgbench storing as much", perSecond),
            CompletedOf("order completed", placed),
            Empty("pgbench") with
            {
                PerSecond = perSecond,
                Cpu = BenchLine.CpuOf(used, transactions),
            },
        ];

        async Task<Measured> PlaceReportedAsync()
        {
            Report("order");
            return await PlaceAsync(_order);
        }
    }

    /// <summary>Places orders, and waits until all work that results from them is done.</summary>
    private async Task<Measured> PlaceAsync(LoadRequest load)
    {
        await _backlog.BeginAsync();
        var before = _trees.ProcessorTime();
        var result = await _load.RunAsync(load, _subject.Cancellation);
        var rest = await _backlog.WaitUntilGoneAsync(result.Answered);
        return Measure(load, result, result.Seconds + rest.TotalSeconds, Since(before, _trees));
    }

    private async Task<Measured> RunAsync(LoadRequest load, ProcessTrees trees)
    {
        var before = trees.ProcessorTime();
        var result = await _load.RunAsync(load, _subject.Cancellation);
        return Measure(load, result, result.Seconds, Since(before, trees));
    }

    private static Measured Measure(LoadRequest load, LoadResult result, double seconds, Dictionary<string, double> cpu)
    {
        if (result.FirstFailure is { } failure)
        {
            Report($"{result.Failed} of {result.Failed + result.Answered} failed: {load.Method} {load.Path}: {failure}");
        }

        return result.Answered > 0
            ? new(result, seconds, cpu)
            : throw new PizzeriaException($"No request was answered: {load.Method} {load.Address}{load.Path}: {result.FirstFailure}");
    }

    private static Dictionary<string, double> Since(IReadOnlyDictionary<string, double> before, ProcessTrees trees) =>
        trees.ProcessorTime().ToDictionary(tree => tree.Key, tree => tree.Value - before.GetValueOrDefault(tree.Key));

    private static Dictionary<string, int[]> TreesOf(
        SystemStatus status,
        Func<ProcessStatus, string> nameOfProcess,
        Func<ServerStatus, string?> nameOfServer
    ) =>
        status
            .Processes.Select(process => (Name: (string?)nameOfProcess(process), process.Pid))
            .Concat(status.Servers.Select(server => (Name: nameOfServer(server), server.Pid)))
            .Where(each => each is { Name: not null, Pid: not null })
            .GroupBy(each => each.Name!)
            .ToDictionary(tree => tree.Key, tree => tree.Select(each => each.Pid!.Value).ToArray());

    private static double HalfOf(double seconds) => seconds / 2;

    private static BenchLine LineOf(string what, Measured measured) =>
        Empty(what) with
        {
            PerSecond = measured.PerSecond,
            P50 = measured.Load.P50,
            P95 = measured.Load.P95,
            P99 = measured.Load.P99,
            Failed = measured.Load.Failed,
            Refused = measured.Load.Refused,
            Cpu = BenchLine.CpuOf(measured.Cpu, measured.Load.Answered),
            LoadCpu = measured.Load.ProcessorMicroseconds / measured.Load.Answered,
        };

    /// <summary>The line of completed orders. The latencies are those of accepting orders; the memory is that after the load.</summary>
    private BenchLine CompletedOf(string what, Measured placed)
    {
        var line = LineOf(what, placed) with
        {
            PerSecond = placed.Load.Answered / placed.Seconds,
            PssMegabytes = _processes.ProportionalMegabytes(),
        };
        return line.WithReference("orders accepted in the same load", placed.PerSecond);
    }

    private static BenchLine Empty(string what) =>
        new(what, 0, 0, 0, 0, 0, 0, BenchLine.NoLimit, null, null, BenchLine.CpuOf(new Dictionary<string, double>(), 0));

    private static void Report(string message) => Console.Error.WriteLine(message);

    /// <summary>The result of a load, with the work that it caused in the system.</summary>
    /// <param name="Seconds">The time until the work is done.</param>
    /// <param name="Cpu">Processor time in microseconds, by name.</param>
    private sealed record Measured(LoadResult Load, double Seconds, Dictionary<string, double> Cpu)
    {
        public double PerSecond => Load.Answered / Load.Seconds;
    }
}
