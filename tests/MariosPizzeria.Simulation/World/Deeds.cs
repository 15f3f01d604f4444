using MariosPizzeria.Simulation.Scheduling;

namespace MariosPizzeria.Simulation.World;

/// <summary>Events of the outside world at times that the seed chooses: outages, loss of the cache, actions of the manager.</summary>
internal sealed class Deeds(World world, Staff staff)
{
    private readonly SeededRandom _random = new(SeededRandom.Mix(world.Seed, 5));

    /// <summary>The time until which things go wrong, from the start of the run.</summary>
    public TimeSpan Trouble { get; private set; } = TimeSpan.FromSeconds(75);

    /// <summary>Schedules the events of the seed.</summary>
    public void Arrange()
    {
        Sometimes(3, 0.5, ForgetCache);
        Sometimes(1, 0.3, BreakBroker);
        Sometimes(1, 0.3, BreakProvider);
        Sometimes(4, 0.5, StopReplica);
        Sometimes(1, 0.3, StopType);
        Sometimes(2, 0.4, staff.Pause);
        Sometimes(2, 0.4, staff.ChangeCapacity);
        Sometimes(2, 0.4, staff.ChangePrice);
        Sometimes(2, 0.4, staff.SellOut);
        if (_random.NextDouble() < 0.06 && world.Plan.Allow(_random.Next()))
        {
            StopWorkersForLong();
        }

        Sometimes(2, 0.4, staff.SellOutTopping);
    }

    private void Sometimes(int most, double chance, Action<SeededRandom> deed)
    {
        if (_random.NextDouble() >= chance)
        {
            return;
        }

        for (var times = 1 + _random.Below(most); times > 0; times--)
        {
            var (at, key) = (Trouble * _random.NextDouble(), _random.Next());
            world.Outside.Time.After(
                at,
                () =>
                {
                    if (world.Plan.Allow(key))
                    {
                        deed(new(key));
                    }
                }
            );
        }
    }

    private void ForgetCache(SeededRandom random)
    {
        world.Tell(world.Outside, () => "Redis forgets everything");
        world.ForgetCache();
    }

    private void BreakBroker(SeededRandom random)
    {
        var time = TimeSpan.FromSeconds(1 + (40 * random.NextDouble()));
        world.Tell(world.Outside, () => $"the broker is away for {time.TotalSeconds:0} s");
        world.Broker.IsDown = true;
        world.Outside.Time.After(time, () => world.Broker.IsDown = false);
    }

    private void BreakProvider(SeededRandom random)
    {
        var time = TimeSpan.FromSeconds(5 + (90 * random.NextDouble()));
        world.Tell(world.Outside, () => $"the provider is away for {time.TotalSeconds:0} s");
        world.Provider.IsDown = true;
        world.Outside.Time.After(time, () => world.Provider.IsDown = false);
    }

    private void StopReplica(SeededRandom random)
    {
        var replica = world.Replicas[random.Below(world.Replicas.Count)];
        if (replica.IsAlive)
        {
            world.Kill(replica.Process!, "of nothing in particular");
        }
    }

    private void StopType(SeededRandom random) =>
        Stop(ServiceTemplate.All[random.Below(ServiceTemplate.All.Count)].Name, TimeSpan.FromSeconds(2 + (40 * random.NextDouble())));

    // Longer than an order waits for its payment, so that a charge runs after the order has expired, or at the same time.
    private void StopWorkersForLong()
    {
        var from = TimeSpan.FromSeconds(10 * _random.NextDouble());
        var time = TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(90 * _random.NextDouble());
        Trouble = from + time + TimeSpan.FromSeconds(90);
        world.Outside.Time.After(from, () => Stop("worker", time));
    }

    private void Stop(string type, TimeSpan time)
    {
        world.Tell(world.Outside, () => $"no {type} runs for {time.TotalSeconds:0} s");
        foreach (var replica in world.Replicas.Where(each => each.Type == type))
        {
            replica.IsHeldDown = true;
            if (replica.IsAlive)
            {
                world.Kill(replica.Process!, "and is held down");
            }

            world.Outside.Time.After(
                time,
                () =>
                {
                    replica.IsHeldDown = false;
                    replica.Start();
                }
            );
        }
    }
}
