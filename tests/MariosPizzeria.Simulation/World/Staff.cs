using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.Simulation.Checks;
using MariosPizzeria.Simulation.Scheduling;

namespace MariosPizzeria.Simulation.World;

/// <summary>Chefs, drivers and a manager. They take each possible step at once, often two of them, and the manager interferes.</summary>
internal sealed class Staff(World world)
{
    private readonly Caller _manager = new(world, "manager", "manager", Roles.Manager);
    private readonly SeededRandom _random = new(SeededRandom.Mix(world.Seed, 6));
    private readonly HashSet<string> _broughtBack = new(StringComparer.Ordinal);
    private readonly HashSet<string> _undone = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unanswered = new(StringComparer.Ordinal);
    private int _deeds;

    /// <summary>Starts the work of all staff; it runs until the world ends.</summary>
    public void Work()
    {
        for (var number = 1; number <= 2; number++)
        {
            var chef = new Caller(world, $"chef-{number}", $"chef-{number}", Roles.Chef);
            var driver = new Caller(world, $"driver-{number}", $"driver-{number}", Roles.Driver);
            var (atOven, onRoad) = (new SeededRandom(_random.Next()), new SeededRandom(_random.Next()));
            world.Outside.Run(() => ForeverAsync(chef, atOven, CookAsync));
            world.Outside.Run(() => ForeverAsync(driver, onRoad, DriveAsync));
        }

        world.Outside.Run(() => ForeverAsync(_manager, new(_random.Next()), HandOverAsync));
    }

    /// <summary>The manager pauses ordering for a while.</summary>
    public void Pause(SeededRandom random) =>
        Manage(async () =>
        {
            await PutAsync("kitchen", "/api/kitchen/paused", new PausedRequest(Paused: true, "The oven is being cleaned"), random);
            await _manager.WaitAsync(15 * random.NextDouble());
            await PutAsync("kitchen", "/api/kitchen/paused", new PausedRequest(Paused: false, Reason: null), random);
        });

    /// <summary>The manager changes the capacity.</summary>
    public void ChangeCapacity(SeededRandom random) =>
        Manage(() => PutAsync("kitchen", "/api/kitchen/capacity", new CapacityRequest(1 + random.Below(5)), random));

    /// <summary>The manager changes a price.</summary>
    public void ChangePrice(SeededRandom random) =>
        Manage(() =>
            PutAsync(
                "menu",
                "/api/menu/pizzas/margherita",
                new PizzaRequest(Id: null, "Margherita", "The measure of all others.", Money.FromAmount(10 + random.Below(9)), []),
                random
            )
        );

    /// <summary>The manager marks a pizza as sold out for a while.</summary>
    public void SellOut(SeededRandom random) =>
        Manage(async () =>
        {
            await PutAsync("menu", "/api/menu/pizzas/pepperoni/availability", new AvailabilityRequest(Available: false, "no more"), random);
            await _manager.WaitAsync(10 * random.NextDouble());
            await PutAsync(
                "menu",
                "/api/menu/pizzas/pepperoni/availability",
                new AvailabilityRequest(Available: true, Reason: null),
                random
            );
        });

    /// <summary>The manager marks a topping as sold out for a while.</summary>
    public void SellOutTopping(SeededRandom random) =>
        Manage(async () =>
        {
            await PutAsync("menu", "/api/menu/toppings/ham/availability", new AvailabilityRequest(Available: false, "no more"), random);
            await _manager.WaitAsync(10 * random.NextDouble());
            await PutAsync("menu", "/api/menu/toppings/ham/availability", new AvailabilityRequest(Available: true, Reason: null), random);
        });

    /// <summary>Whether all started actions of the manager are complete.</summary>
    public bool IsDone => _deeds == 0;

    private static async Task ForeverAsync(Caller who, SeededRandom random, Func<Caller, SeededRandom, Task> look)
    {
        while (true)
        {
            await who.WaitAsync(0.5 + (2 * random.NextDouble()));
            await look(who, random);
        }
    }

    private async Task CookAsync(Caller chef, SeededRandom random)
    {
        var (ready, ticket) = world.Watch.Tickets.FirstOrDefault(each =>
            each.Value.State == TicketState.Cooking && world.Loop.Now - each.Value.Since > Cooking(each.Key)
        );
        if (ticket is not null)
        {
            await StepAsync(
                chef,
                "kitchen",
                $"/api/kitchen/tickets/{ready}/ready",
                random,
                () => world.Watch.Tickets[ready].State == TicketState.Ready
            );
            await UndoAsync(chef, ready, "ready", random);
        }

        var queued = world.Watch.Tickets.Where(each => each.Value.State == TicketState.Queued).Select(each => each.Key).ToList();
        if (queued.Count > 0)
        {
            var next = queued[random.Below(queued.Count)];
            await StepAsync(
                chef,
                "kitchen",
                $"/api/kitchen/tickets/{next}/start",
                random,
                () => world.Watch.Tickets[next] is { State: TicketState.Cooking } started && started.Chef == chef.Name
            );
            await UndoAsync(chef, next, "start", random);
        }
    }

    // Sometimes a chef selects the wrong ticket and undoes the step: each step of a ticket at most once.
    private async Task UndoAsync(Caller chef, string orderId, string step, SeededRandom random)
    {
        if (SeededRandom.Hash(orderId + step) % 10 == 0 && _undone.Add(orderId + step))
        {
            var path = $"/api/kitchen/tickets/{orderId}/undo";
            await chef.AskAsync("kitchen", "POST", path, body: null, $"{chef.Name}{path}-{random.Next():x}", random, tries: 6);
        }
    }

    private async Task DriveAsync(Caller driver, SeededRandom random)
    {
        var (arrived, order) = world.Watch.Orders.FirstOrDefault(each =>
            each.Value.Status == OrderStatus.Delivering
            && each.Value.Driver == driver.Name
            && world.Loop.Now - each.Value.Since > Cooking(each.Key)
        );
        if (order is not null)
        {
            await ArriveAsync(driver, arrived, random);
        }

        var (ready, toTake) = world.Watch.Orders.FirstOrDefault(each =>
            each.Value is { Status: OrderStatus.Ready, Fulfilment: Fulfilment.Delivery }
        );
        if (toTake is not null)
        {
            await StepAsync(
                driver,
                "order",
                $"/api/delivery/{ready}/take",
                random,
                () => Of(ready) is { Status: OrderStatus.Delivering } taken && taken.Driver == driver.Name
            );
        }
    }

    // Sometimes the guest is not at home, or the driver marks an order as handed over too early: each order at most once.
    private async Task ArriveAsync(Caller driver, string arrived, SeededRandom random)
    {
        if (SeededRandom.Hash(arrived + "failed") % 10 == 0 && _broughtBack.Add(arrived))
        {
            await AskAsync(driver, $"/api/delivery/{arrived}/failed", new DeliveryFailedRequest("nobody at home"), random);
            return;
        }

        await StepAsync(driver, "order", $"/api/delivery/{arrived}/delivered", random, () => Of(arrived).Status == OrderStatus.Delivered);
        if (SeededRandom.Hash(arrived + "undo") % 10 == 0 && _undone.Add(arrived))
        {
            await AskAsync(driver, $"/api/delivery/{arrived}/undo", body: null, random);
        }
    }

    private static Task<(Network.HttpAnswer? Answer, int Tries)> AskAsync(Caller driver, string path, object? body, SeededRandom random) =>
        driver.AskAsync("order", "POST", path, body, $"{driver.Name}{path}-{random.Next():x}", random, tries: 6);

    private async Task HandOverAsync(Caller manager, SeededRandom random)
    {
        var (ready, order) = world.Watch.Orders.FirstOrDefault(each =>
            each.Value is { Status: OrderStatus.Ready, Fulfilment: Fulfilment.Pickup }
        );
        if (order is not null)
        {
            await StepAsync(manager, "order", $"/api/delivery/{ready}/delivered", random, () => Of(ready).Status == OrderStatus.Delivered);
        }
    }

    private Watch.OrderView Of(string orderId) => world.Watch.Orders[orderId];

    /// <summary>
    /// Requests a step. If a retry is refused, the first try must have failed too: a retry gets the answer of the first. That can't be told
    /// if an earlier request for the step, with another key, had no answer: a process may carry it out later. Nor if a step was undone: a
    /// process that was suspended beyond the lease of the key may carry out the first try after the retry was refused and the undo.
    /// </summary>
    private async Task StepAsync(Caller who, string service, string path, SeededRandom random, Func<bool> isTakenByMe)
    {
        var orderId = path.Split('/')[^2];
        var key = $"{who.Name}{path}-{random.Next():x}";
        var was = isTakenByMe();
        var (answer, tries) = await who.AskAsync(service, "POST", path, body: null, key, random, tries: 6);
        if (answer is null)
        {
            _unanswered.Add(who.Name + path);
        }

        if (
            answer?.Problem() == ErrorCodes.IllegalTransition
            && !_unanswered.Contains(who.Name + path)
            && !world.Watch.HasUndone(orderId)
            && !was
            && tries > 1
            && isTakenByMe()
            && who.Name != "manager"
            && !path.EndsWith("ready", StringComparison.Ordinal)
        )
        {
            world.Watch.Break("A repeated request is answered as the first was", $"{who.Name} is refused {path}, which he had done");
        }
    }

    // Between three and twenty seconds, for cooking and for driving.
    private static TimeSpan Cooking(string orderId) => TimeSpan.FromSeconds(3 + (SeededRandom.Hash(orderId) % 17));

    private void Manage(Func<Task> deed)
    {
        _deeds++;
        world.Outside.Run(async () =>
        {
            await deed();
            _deeds--;
        });
    }

    private Task<(Network.HttpAnswer? Answer, int Tries)> PutAsync(string service, string path, object body, SeededRandom random)
    {
        world.Tell(world.Outside, () => $"the manager puts {path} {System.Text.Json.JsonSerializer.Serialize(body, PizzeriaJson.Options)}");
        return _manager.AskAsync(service, "PUT", path, body, key: null, random, tries: 60);
    }
}
