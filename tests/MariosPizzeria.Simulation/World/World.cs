using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.MenuService.Admin;
using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.Simulation.Checks;
using MariosPizzeria.Simulation.Network;
using MariosPizzeria.Simulation.Planted;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.Stores;
using MenuCollections = MariosPizzeria.MenuService.Collections;

namespace MariosPizzeria.Simulation.World;

/// <summary>The parameters of a run.</summary>
/// <param name="Seed">The seed that decides everything that happens.</param>
/// <param name="Orders">The number of guests who order.</param>
internal sealed record Scenario(ulong Seed, int Orders = 10)
{
    /// <summary>A deliberately faulty component; null for the unchanged product.</summary>
    public PlantedFault? Planted { get; init; }

    /// <summary>The only mishaps and deeds that may happen; null for all.</summary>
    public IReadOnlySet<ulong>? Allowed { get; init; }

    /// <summary>Whether work that can run at the same time runs in an order of the seed; otherwise it runs in order of arrival.</summary>
    public bool Shuffles { get; init; } = true;

    /// <summary>Whether a log is kept.</summary>
    public bool Logs { get; init; }
}

/// <summary>One simulated pizzeria: its processes, the servers they share, and the mishaps.</summary>
internal sealed class World
{
    private const int ReplicasOfEach = 2;

    private static readonly DocumentType<Account> Accounts = new("accounts");

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, List<Replica>> _alive = new(StringComparer.Ordinal);
    private readonly List<Host> _hosts = [];
    private readonly SimulatedDatabase _orders;
    private readonly SimulatedDatabase _menu;
    private readonly SimulatedDatabase _kitchen;
    private int _reads;

    public World(Scenario scenario)
    {
        Scenario = scenario;
        Loop = new(scenario.Seed, Start, scenario.Shuffles);
        Plan = new(scenario.Seed, scenario.Allowed);
        Random = new(SeededRandom.Mix(scenario.Seed, 3));
        Outside = new(Loop, "world", "world", life: 1, TimeSpan.Zero);
        Log = new(Start, scenario.Logs);
        Ids = new(scenario.Seed);
        _orders = new("orderdb", Outside.Time);
        _menu = new("menudb", Outside.Time);
        _kitchen = new("kitchendb", Outside.Time);
        Cache = new(Outside.Time);
        Watch = new(this, _orders, _menu, _kitchen);
        Broker = new(this);
        Network = new(this);
        Provider = new(this);
        Replicas =
        [
            .. ServiceTemplate.All.SelectMany(template =>
                Enumerable.Range(1, ReplicasOfEach).Select(number => new Replica(this, template, number))
            ),
        ];
    }

    public Scenario Scenario { get; }

    public ulong Seed => Scenario.Seed;

    public PlantedFault? Planted => Scenario.Planted;

    public EventLoop Loop { get; }

    public FaultPlan Plan { get; }

    public SeededRandom Random { get; }

    /// <summary>The process of guests, staff and the world itself; it never dies.</summary>
    public SimulatedProcess Outside { get; }

    public RunLog Log { get; }

    public Ids Ids { get; }

    public MemoryCache Cache { get; private set; }

    public Watch Watch { get; }

    public SimulatedBroker Broker { get; }

    public SimulatedNetwork Network { get; }

    public Provider Provider { get; }

    public IReadOnlyList<Replica> Replicas { get; }

    /// <summary>The time of the last mishap that can make a worker repeat a mail.</summary>
    public DateTimeOffset LastDisturbed { get; private set; }

    /// <summary>Returns the replicas of a type whose process is alive.</summary>
    public IReadOnlyList<Replica> Alive(string type) => _alive.GetValueOrDefault(type, []);

    /// <summary>Returns the database of a process type.</summary>
    public SimulatedDatabase DatabaseOf(string type) =>
        type switch
        {
            "menu" => _menu,
            "kitchen" => _kitchen,
            _ => _orders,
        };

    /// <summary>Returns the error of a replica's clock, up to 3 s in either direction.</summary>
    public TimeSpan ClockErrorOf(string replica)
    {
        var key = SeededRandom.Mix(SeededRandom.Mix(Seed, 4), SeededRandom.Hash(replica));
        return key % 2 == 0 && Plan.Allow(key)
            ? TimeSpan.FromMilliseconds(Math.Round(6000 * (SeededRandom.ToUnit(SeededRandom.Mix(key, 1)) - 0.5)))
            : TimeSpan.Zero;
    }

    /// <summary>Creates the initial state of the stores, and starts the first process of each replica.</summary>
    public void Open()
    {
        new MenuSeed(_menu.Of(MenuCollections.Pizzas), Outside.Time).SeedAsync(CancellationToken.None).Wait();
        _menu.Memory.Complete(_menu.Memory.Take(int.MaxValue, TimeSpan.Zero), published: true);
        foreach (var pizza in _menu.All<Pizza>(MenuCollections.Pizzas.Collection))
        {
            Watch.Prices.Add(pizza);
        }

        for (var guest = 0; guest < Scenario.Orders; guest++)
        {
            OpenAccount($"guest-{guest}");
        }

        foreach (var replica in Replicas)
        {
            replica.Start();
        }
    }

    /// <summary>Ends the run and disposes its hosts.</summary>
    public void Close()
    {
        Loop.End();
        _hosts.ForEach(host => host.Dispose());
    }

    public void Born(Replica replica)
    {
        _hosts.Add(replica.Host!);
        Note(replica.Process!, () => $"starts, life {replica.Process!.Life}");
        Recount(replica.Type);
    }

    /// <summary>Kills a process; its replica starts another after a while.</summary>
    public void Kill(SimulatedProcess process, string when)
    {
        if (process.IsDead || process == Outside)
        {
            return;
        }

        Disturb();
        Tell(process, () => $"dies {when}");
        process.Die();
        Recount(process.Type);
        var replica = Replicas.Single(each => each.Name == process.Name);
        var key = SeededRandom.Mix(Seed ^ SeededRandom.Hash(process.Name), (ulong)process.Life);
        Outside.Time.After(TimeSpan.FromSeconds(0.5) + FaultPlan.Length(key, Plan.IsOpen ? 20 : 1), replica.Start);
    }

    /// <summary>Clears Redis.</summary>
    public void ForgetCache()
    {
        Disturb();
        Cache = new(Outside.Time);
    }

    public void Disturb() => LastDisturbed = Loop.Now;

    /// <summary>
    /// Runs an operation of a process on the world: a step of its own on the loop, after which the process continues. Mishaps can happen
    /// before and after the effect.
    /// </summary>
    /// <param name="process">The process.</param>
    /// <param name="operation">The kind of operation.</param>
    /// <param name="subject">The subject of the operation.</param>
    /// <param name="effect">The effect; its result is the result of the operation.</param>
    /// <param name="refusal">Creates the exception that the process gets if there is no answer.</param>
    public Task<T> StepAsync<T>(SimulatedProcess process, Operation operation, string subject, Func<T> effect, Func<Exception> refusal) =>
        StepUntilAsync(process, operation, subject, effect, refusal, CancellationToken.None);

    /// <summary>As <see cref="StepAsync"/>; the token cancels the wait, not the effect.</summary>
    public Task<T> StepUntilAsync<T>(
        SimulatedProcess process,
        Operation operation,
        string subject,
        Func<T> effect,
        Func<Exception> refusal,
        CancellationToken cancellationToken
    )
    {
        var done = new TaskCompletionSource<T>();
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.UnsafeRegister(_ => done.TrySetCanceled(cancellationToken), state: null);
        }

        Loop.Enqueue(process, _ => Begin(), state: null, inContext: false);
        return done.Task;

        string What() =>
            $"{operation} of {Ids.Short(subject[(subject.LastIndexOf('/') + 1)..])} ({subject[..Math.Max(0, subject.IndexOf('/'))]})";

        void Begin()
        {
            var (mishap, key) = Plan.Next(operation, subject);
            switch (mishap)
            {
                case Mishap.DieBefore:
                    Kill(process, $"before the {What()}");
                    return;
                case Mishap.Sleep:
                    var nap = FaultPlan.Length(key, 45);
                    Disturb();
                    Tell(process, () => $"sleeps for {nap.TotalSeconds:0.0} s before the {What()}");
                    process.Sleep(nap, Outside);
                    Loop.Enqueue(process, _ => Act(Mishap.None, key), state: null, inContext: false);
                    return;
                case Mishap.Late:
                    var delay = FaultPlan.Length(key, 8);
                    Tell(process, () => $"waits {delay.TotalSeconds:0.0} s for the {What()}");
                    Outside.Time.After(delay, () => Act(Mishap.None, key));
                    return;
                case Mishap.Refuse:
                    Disturb();
                    Tell(process, () => $"is refused the {What()}");
                    done.TrySetException(refusal());
                    return;
                default:
                    Act(mishap, key);
                    return;
            }
        }

        void Act(Mishap mishap, ulong key)
        {
            T result = default!;
            try
            {
                if (mishap == Mishap.Lose)
                {
                    Tell(process, () => $"is told that the {What()} is done, and it is lost");
                    Watch.Lost();
                }
                else
                {
                    result = effect();
                }

                if (mishap == Mishap.Twice)
                {
                    Tell(process, () => $"does the {What()} twice");
                    effect();
                }
            }
            catch (Exception e)
            {
                Finish(() => done.TrySetException(e));
                return;
            }

            switch (mishap)
            {
                case Mishap.DieAfter:
                    Kill(process, $"after the {What()}");
                    break;
                case Mishap.LoseAnswer:
                    Disturb();
                    Tell(process, () => $"is not told that the {What()} is done");
                    Finish(() => done.TrySetException(refusal()));
                    break;
                case Mishap.LateAnswer:
                    var delay = FaultPlan.Length(key, 12);
                    Tell(process, () => $"is told {delay.TotalSeconds:0.0} s late that the {What()} is done");
                    process.Time.After(delay, () => done.TrySetResult(result));
                    break;
                default:
                    Finish(() => done.TrySetResult(result));
                    break;
            }
        }

        void Finish(Action finish)
        {
            if (!process.IsDead)
            {
                finish();
            }
        }
    }

    /// <summary>
    /// Reads for a process. Three of four reads complete immediately: it is enough that others can act between a process's read and its
    /// write, and a write is always a step.
    /// </summary>
    public Task<T> ReadAsync<T>(SimulatedProcess process, string subject, Func<T> read) =>
        ++_reads % 4 == 0
            ? StepAsync(process, Operation.Read, subject, read, static () => new DatabaseUnavailableException(inner: null))
            : Task.FromResult(read());

    /// <summary>Writes a line into the log.</summary>
    public void Note(SimulatedProcess process, Func<string> what)
    {
        if (Log.IsOn)
        {
            Log.Write(Loop.Now, process.Name, what());
        }
    }

    /// <summary>Writes a line into the log and adds it to the story.</summary>
    public void Tell(SimulatedProcess process, Func<string> what)
    {
        if (Log.IsOn)
        {
            Log.Tell(Loop.Now, process.Name, what());
        }
    }

    private void OpenAccount(string guest)
    {
        var account = Account.Create(
            new NewAccount(guest, guest, [Roles.Customer]) { Email = $"{guest}@example.org" },
            passwordHash: "",
            Loop.Now
        );
        account.ConfirmEmail();
        _orders.Of(Accounts).SaveAsync(account, [], handled: null, CancellationToken.None).Wait();
    }

    private void Recount(string type) => _alive[type] = [.. Replicas.Where(replica => replica.Type == type && replica.IsAlive)];
}
