using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.Simulation.Scheduling;

namespace MariosPizzeria.Simulation.World;

/// <summary>The guests, with and without an account: some submit an order twice, some have a card that is declined, some cancel.</summary>
internal sealed class Guests(World world)
{
    private const int Patient = 60;

    private static readonly TimeSpan Slot = TimeSpan.FromMinutes(15);

    // Late enough for the kitchen's estimate, and early enough to keep the run short.
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(45);

    private static readonly string[] Pizzas = ["margherita", "pepperoni", "hawaiian", "vegetarian"];

    private int _busy;

    /// <summary>Whether all guests have their final answers.</summary>
    public bool AreServed => _busy == 0;

    /// <summary>Starts the orders of all guests.</summary>
    public void Arrive()
    {
        for (var i = 0; i < world.Scenario.Orders; i++)
        {
            var number = i;
            if (!world.Plan.Allow(SeededRandom.Mix(SeededRandom.Mix(world.Seed, 8), (ulong)number)))
            {
                continue;
            }

            _busy++;
            world.Outside.Run(async () =>
            {
                await OrderAsync(number);
                _busy--;
            });
        }
    }

    private async Task OrderAsync(int number)
    {
        var random = new SeededRandom(SeededRandom.Mix(world.Seed, 100 + (ulong)number));
        var hasAccount = new SeededRandom(SeededRandom.Mix(world.Seed, 100_000 + (ulong)number)).NextDouble() < 0.7;
        var guest = new Caller(world, $"guest-{number}", hasAccount ? Account.IdOf($"guest-{number}") : null, Roles.Customer);
        var address = hasAccount ? "/api/orders" : "/api/guest/orders";
        var request = Request(random) with
        {
            RequestedFor =
                random.NextDouble() < 0.2 ? world.Loop.Now + Later - TimeSpan.FromTicks(world.Loop.Now.Ticks % Slot.Ticks) : null,
        };
        var key = $"order-{number}";
        await guest.WaitAsync(30 * random.NextDouble());
        var clicks = random.NextDouble() < 0.15 ? 2 : 1;
        var isPatient = random.NextDouble() < 0.8;
        var asked = Enumerable
            .Range(0, clicks)
            .Select(_ => guest.AskAsync("order", "POST", address, request, key, new(random.Next()), isPatient ? Patient : 2))
            .ToList();
        var (orderId, ownAddress) = ("", "");
        foreach (var answer in asked)
        {
            if ((await answer).Answer is { IsSuccess: true } accepted)
            {
                var order = accepted.Read<OrderResponse>();
                (orderId, ownAddress) = (order.Id, hasAccount ? $"/api/orders/{order.Id}" : $"/api/track/{order.TrackingToken}");
                world.Watch.Accepted(key, orderId);
            }
        }

        var deed = random.Next();
        if (orderId.Length > 0 && random.NextDouble() < 0.3)
        {
            await guest.WaitAsync(25 * random.NextDouble() * random.NextDouble());
            if (world.Plan.Allow(deed))
            {
                await CancelAsync(guest, key, orderId, ownAddress, random);
            }
        }
    }

    private async Task CancelAsync(Caller guest, string key, string orderId, string address, SeededRandom random)
    {
        world.Tell(world.Outside, () => $"{guest.Name} cancels {Stores.Ids.Short(orderId)}");
        var (answer, tries) = await guest.AskAsync(
            "order",
            "POST",
            $"{address}/cancel",
            new CancelOrderRequest("changed my mind"),
            $"cancel-{key}",
            random,
            Patient
        );
        if (answer is { IsSuccess: true } && answer.Read<OrderResponse>().Status == OrderStatus.Cancelled)
        {
            world.Watch.Cancelled(key);
        }
        else if (answer is { IsSuccess: false } && answer.Problem() != ErrorCodes.IllegalTransition)
        {
            world.Watch.Break("A cancellation is done or refused", $"{guest.Name} was told {answer.Problem()} after {tries} tries");
        }
    }

    private static PlaceOrderRequest Request(SeededRandom random)
    {
        var isCash = random.NextDouble() < 0.4;
        return new()
        {
            Items =
            [
                new(Pizzas[random.Below(Pizzas.Length)], (PizzaSize)random.Below(3), [], 1 + random.Below(2)),
                .. random.NextDouble() < 0.3 ? [new ItemRequest("pepperoni", PizzaSize.Small, ["basil"], 1)] : Array.Empty<ItemRequest>(),
            ],
            Customer = new("Ada", "+1 555 0100", "1 Analytical Way"),
            Fulfilment = (Fulfilment)random.Below(2),
            PaymentMethod = isCash ? PaymentMethod.Cash : PaymentMethod.CreditCard,
            Payment = isCash ? null : new(random.NextDouble() < 0.15 ? "tok_declined" : "tok_ok"),
        };
    }
}
