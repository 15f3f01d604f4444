using MariosPizzeria.ProcessHost.Commands;

namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>
/// Tests that nothing is lost: guests order and staff work while processes and servers are killed. Then the kills stop, every order is
/// finished, and a ledger compares all recorded responses with all stored data.
/// </summary>
internal sealed class ChaosRun(ChaosOptions options, Action<string> report)
{
    /// <summary>The time after the last kill within which every order must be finished and the ledger be right.</summary>
    private static readonly TimeSpan ConvergenceTimeout = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly string[] GuestNames = ["anna", "bruno", "carla", "dario"];

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Stopwatch _phase = Stopwatch.StartNew();
    private readonly RecordedAnswers _told = new();
    private readonly DateTime _since = DateTime.UtcNow;

    /// <summary>Starts a system, runs all phases on it, and stops it.</summary>
    /// <exception cref="PizzeriaException">The system does not start, or does not recover after a kill.</exception>
    public async Task<ChaosResult> RunAsync(Checkout checkout, CancellationToken cancellation)
    {
        await using var provider = new RecordingProvider();
        await using var system = await ChaosSystem.StartAsync(checkout, $"chaos-{options.Seed}", provider.Address, cancellation);
        if (options.Keep)
        {
            system.Keep();
        }

        try
        {
            var result = await RunOnAsync(system, provider, cancellation);
            if (result.ExitCode != 0)
            {
                system.Keep();
            }

            return result;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            system.Keep();
            throw;
        }
    }

    private async Task<ChaosResult> RunOnAsync(ChaosSystem system, RecordingProvider provider, CancellationToken cancellation)
    {
        using var caller = new ApiCaller(system.Gateways);
        using var manager = new Account("manager", "test");
        using var chef = new Account("chef", "test");
        using var driver = new Account("driver", "test");
        var reader = new ApiReader(caller, manager);
        Account[] accounts = [.. await Task.WhenAll(GuestNames.Select(name => RegisterAsync(caller, name, cancellation)))];
        var guests = new Guests(caller, _told, accounts, await reader.MenuAsync(cancellation), options);
        var staff = new Staff(caller, _told, chef, driver, options.Seed);
        var random = new Random(options.Seed);
        var status = await system.StatusAsync();
        var plan = new KillPlan(
            status.Processes.CountBy(process => process.Name).ToDictionary(),
            [.. status.Servers.Select(server => server.Name)],
            options.Kills,
            random
        );
        var killer = new Killer(system.StatusAsync, plan, options.Every, random, Report);
        var start = LapSeconds();

        using var shift = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var working = staff.WorkAsync(shift.Token);
        try
        {
            await LoadAsync(guests, killer, plan, working, cancellation);
            var load = LapSeconds();

            Report("no more kills");
            if (!await IsInTimeAsync(async () => (await system.StatusAsync()).Ready, cancellation))
            {
                throw new PizzeriaException($"After the last kill, these did not become ready again:\n{await system.UnreadyAsync()}");
            }

            await using var stores = await Stores.ConnectAsync(system);
            await EndOrdersAsync(caller, manager, guests, stores, cancellation);
            Report("all orders should be completed");
            var ledger = await CloseAsync(system, caller, stores, reader, provider, plan, cancellation);
            var exitCode = ledger.All(row => row.Ok) ? 0 : 1;
            return new(options.Seed, _told.Orders.Count, plan.Killed, new(start, load, LapSeconds()), _told.Gateways, ledger, exitCode);
        }
        finally
        {
            await shift.CancelAsync();
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        void Report(string what) =>
            report(
                $"{_clock.Elapsed:hh\\:mm\\:ss}  {what}; {_told.Accepted} orders accepted, {_told.Open} open, "
                    + $"{plan.Killed.Values.Sum()} kills, {caller.Repeated} requests repeated"
            );
    }

    /// <summary>Orders and kills until there were enough orders, and enough kills of each process type and server.</summary>
    private static async Task LoadAsync(Guests guests, Killer killer, KillPlan plan, Task working, CancellationToken cancellation)
    {
        using var killing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var ordering = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var kills = killer.RunAsync(killing.Token);
        var orders = guests.OrderAsync(() => plan.IsDone, ordering.Token);
        try
        {
            // The killer and the staff end before the guests only if they fail.
            await await Task.WhenAny(guests.Enough, orders, kills, working);
            await killing.CancelAsync();
            await kills;
            await await Task.WhenAny(orders, working);
        }
        finally
        {
            await killing.CancelAsync();
            await ordering.CancelAsync();
            await Task.WhenAll(kills, orders).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Waits until every order is delivered or cancelled. Then places a last order in a kitchen with a capacity of one ticket: a slot that
    /// was never freed would block it.
    /// </summary>
    private async Task EndOrdersAsync(ApiCaller caller, Account manager, Guests guests, Stores stores, CancellationToken cancellation)
    {
        if (!await AllEndAsync())
        {
            return;
        }

        var one = new { capacity = 1 };
        var answer = await caller.SendAsync(manager, HttpMethod.Put, "/api/kitchen/capacity", one, key: null, cancellation);
        if (!answer.IsSuccess)
        {
            caller.RecordUnclear($"The capacity of the kitchen could not be set: {answer}");
        }

        await guests.OrderLastAsync(cancellation);
        await AllEndAsync();

        Task<bool> AllEndAsync() => IsInTimeAsync(async () => await stores.OpenOrdersAsync(cancellation) == 0, cancellation);
    }

    /// <summary>Returns the ledger as soon as it is right, or else as it is at the end of the timeout.</summary>
    private async Task<IReadOnlyList<LedgerRow>> CloseAsync(
        ChaosSystem system,
        ApiCaller caller,
        Stores stores,
        ApiReader reader,
        RecordingProvider provider,
        KillPlan plan,
        CancellationToken cancellation
    )
    {
        IReadOnlyList<LedgerRow> ledger = [];
        await IsInTimeAsync(
            async () =>
            {
                ledger = Ledger.Of(
                    new()
                    {
                        Guests = _told.Orders,
                        Recorded = _told.Steps,
                        Back = _told.Back,
                        Seen = _told.Seen,
                        Orders = await stores.OrdersAsync(cancellation),
                        Payments = await stores.PaymentsAsync(cancellation),
                        Notifications = await stores.NotificationsAsync(cancellation),
                        Tickets = await stores.TicketsAsync(cancellation),
                        Provider = provider.Accounts,
                        Listed = await reader.OrdersAsync(cancellation),
                        Reported = await reader.FiguresAsync(_since, cancellation),
                        Outboxes = await stores.OutboxesAsync(cancellation),
                        Queues = await Broker.QueuesAsync(system, cancellation),
                        HandledTwice = await stores.HandledTwiceAsync(cancellation),
                        Slots = await stores.SlotsAsync(cancellation),
                        Locks =
                        [
                            .. await stores.LocksAsync(cancellation),
                            .. await SharedKeys.OrphansAsync(await system.SettingAsync("order", "ConnectionStrings__redis"), cancellation),
                        ],
                        Unclear = caller.Unclear,
                        Killed = plan.Killed,
                        KillsWanted = options.Kills,
                    }
                );
                return ledger.All(row => row.Ok || row.IsFinal);
            },
            cancellation
        );
        return ledger;
    }

    /// <summary>Checks a condition, at least once, until it holds or the time for convergence is over.</summary>
    private async Task<bool> IsInTimeAsync(Func<Task<bool>> look, CancellationToken cancellation)
    {
        while (!await look())
        {
            if (_phase.Elapsed > ConvergenceTimeout)
            {
                return false;
            }

            await Task.Delay(LookEvery, cancellation);
        }

        return true;
    }

    /// <summary>Ends a phase.</summary>
    /// <returns>The duration of the phase, in seconds.</returns>
    private double LapSeconds()
    {
        var seconds = Math.Round(_phase.Elapsed.TotalSeconds, 1);
        _phase.Restart();
        return seconds;
    }

    private static async Task<Account> RegisterAsync(ApiCaller caller, string name, CancellationToken cancellation)
    {
        const string Password = "a long enough password";
        var request = new
        {
            username = name,
            password = Password,
            name,
            email = $"{name}@example.com",
            phone = "+39 055 7654321",
            address = "Via della Prova 12",
        };
        var answer = await caller.SendAsync(
            account: null,
            HttpMethod.Post,
            "/api/auth/register",
            request,
            $"register-{name}",
            cancellation
        );
        return answer.IsSuccess ? new(name, Password) : throw new PizzeriaException($"{name} can't register: {answer}.");
    }
}
