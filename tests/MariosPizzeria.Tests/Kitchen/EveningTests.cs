using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using Xunit.Abstractions;

namespace MariosPizzeria.Tests.Kitchen;

/// <summary>
/// Checks promises with simulated evenings: 300 orders from 17:00 to 23:00 with a rush around 19:00, one to eight pizzas in three sizes
/// per order, 70% of the orders delivered. Four chefs with three places each; one leaves at 19:50, and the manager lowers the capacity
/// ten minutes later. Every fifth ticket is bumped late.
/// </summary>
public sealed class EveningTests(ITestOutputHelper output)
{
    private const int Evenings = 10;

    [Fact]
    public void Of_evenings_of_300_orders_85_of_100_promises_are_kept_and_none_too_cautiously()
    {
        var evenings = Enumerable.Range(1, Evenings).Select(seed => (Seed: seed, Figures: new Evening(seed).Run())).ToList();

        foreach (var (seed, (kept, promised, real)) in evenings)
        {
            output.WriteLine(
                $"seed {seed}: {kept:P0} kept, promised {promised:F1} min on average, in hand after {real:F1} min: {(promised / real) - 1:P0} longer"
            );
        }

        evenings.Average(each => each.Figures.Kept).ShouldBeGreaterThanOrEqualTo(0.85);
        evenings.Min(each => each.Figures.Kept).ShouldBeGreaterThanOrEqualTo(0.8);
        (evenings.Sum(each => each.Figures.Promised) / evenings.Sum(each => each.Figures.Real)).ShouldBeLessThanOrEqualTo(1.4);
    }

    private sealed class Evening
    {
        private const int Orders = 300;
        private const int Places = 12;
        private const int PlacesOfAChef = 3;
        private const double Length = 360;
        private const double Rush = 125;
        private const double ChefLeaves = 170;
        private const double ManagerNotices = 180;

        private static readonly DateTimeOffset Five = new(2026, 3, 6, 17, 0, 0, TimeSpan.Zero);

        private readonly Random _random;
        private readonly PriorityQueue<Action, (double Minute, int Number)> _events = new();
        private readonly List<Ticket> _queued = [];
        private readonly List<Ticket> _cooking = [];
        private readonly List<Ticket> _cooked = [];
        private readonly List<Ticket> _driven = [];
        private readonly List<(double Promised, double Real)> _promises = [];

        private int _places = Places;
        private int _capacity = Places;
        private int _number;
        private double _now;

        public Evening(int seed)
        {
            _random = new Random(seed);

            // The evening before, so that the durations are known.
            for (var n = 0; n < Pace.Recent; n++)
            {
                _now = -1440 + n;
                var ticket = Queue(SomePizzas(), isDelivery: true, promised: 40, road: 20);
                Start(ticket);
                _now += CookingMinutes(ticket);
                Finish(ticket);
                Arrive(ticket, SomeRoad());
            }
        }

        public (double Kept, double Promised, double Real) Run()
        {
            foreach (var minute in Arrivals())
            {
                At(minute, Order);
            }

            At(ChefLeaves, () => _places = Places - PlacesOfAChef);
            At(ManagerNotices, () => _capacity = Places - PlacesOfAChef);
            while (_events.TryDequeue(out var happens, out var when))
            {
                _now = when.Minute;
                happens();
            }

            _promises.Count.ShouldBe(Orders);
            return (
                _promises.Count(promise => promise.Real <= promise.Promised) / (double)Orders,
                _promises.Average(promise => promise.Promised),
                _promises.Average(promise => promise.Real)
            );
        }

        private void Order()
        {
            var (placed, pizzas, isDelivery) = (_now, SomePizzas(), _random.NextDouble() < 0.7);
            var minutes = Now().MinutesFor(pizzas);
            var promised = isDelivery ? minutes.Delivery : minutes.Pickup;
            var ticket = Queue(pizzas, isDelivery, promised, isDelivery ? minutes.Road : 0);
            _queued.Add(ticket);
            Begin();

            void Begin()
            {
                while (_queued.Count > 0 && _cooking.Count < Math.Min(_places, _capacity))
                {
                    var next = _queued.MinBy(each => each.DueStartAt)!;
                    _queued.Remove(next);
                    _cooking.Add(next);
                    Start(next);

                    // A chef needs a moment to begin.
                    At(_now + _random.NextDouble() + CookingMinutes(next), () => End(next));
                }
            }

            void End(Ticket ready)
            {
                _cooking.Remove(ready);
                Finish(ready);
                if (ready.Fulfilment == Fulfilment.Pickup)
                {
                    Keep(ready);
                }
                else
                {
                    // A delivery waits up to three minutes for a driver.
                    At(_now + (3 * _random.NextDouble()), () => Drive(ready));
                }

                Begin();
            }

            void Drive(Ticket ready)
            {
                var road = SomeRoad();
                At(
                    _now + road,
                    () =>
                    {
                        Arrive(ready, road);
                        Keep(ready);
                    }
                );
            }
        }

        private void Keep(Ticket ticket) =>
            _promises.Add(
                ((ticket.PromisedAt!.Value - ticket.QueuedAt!.Value).TotalMinutes, (Time() - ticket.QueuedAt.Value).TotalMinutes)
            );

        private Workload Now() =>
            Pace.Of(
                _capacity,
                new TicketsAhead(
                    _cooking.Count,
                    _cooking.Sum(ticket => ticket.Pizzas()),
                    _queued.Count,
                    _queued.Sum(ticket => ticket.Pizzas())
                ),
                [.. Enumerable.Reverse(_cooked).Take(Pace.Recent)],
                Enumerable.Reverse(_driven).Take(Pace.Recent),
                extraMinutes: 0,
                Workload.DefaultLeastMinutes
            );

        private Ticket Queue(int pizzas, bool isDelivery, int promised, int road)
        {
            var promisedAt = Time().AddMinutes(promised);
            var order = KitchenFactory.Confirmed($"order-{_number++}", Time());
            return Ticket.Queue(
                order with
                {
                    Fulfilment = isDelivery ? Fulfilment.Delivery : Fulfilment.Pickup,
                    Lines = [order.Lines[0] with { Quantity = pizzas, Size = (PizzaSize)_random.Next(3) }],
                    PromisedAt = promisedAt,
                    EstimatedReadyAt = promisedAt.AddMinutes(-road),
                },
                Now().PizzaMinutes
            );
        }

        private void Start(Ticket ticket) => ticket.Start(new Cause("chef", Time())).OrThrow();

        private void Finish(Ticket ticket)
        {
            ticket.Finish(new Cause("chef", Time())).OrThrow();
            _cooked.Add(ticket);
        }

        private void Arrive(Ticket ticket, double road)
        {
            var delivered = new OrderDelivered
            {
                OrderId = ticket.Id,
                CustomerId = "customer-1",
                Lines = [],
                Total = Money.Zero,
                PlacedAt = ticket.QueuedAt!.Value,
                PromisedAt = ticket.PromisedAt!.Value,
                DeliveringAt = Time().AddMinutes(-road),
                DeliveredAt = Time(),
            };
            ticket.Arrive(delivered, new Cause("driver", Time())).OrThrow();
            _driven.Add(ticket);
        }

        private double CookingMinutes(Ticket ticket)
        {
            double[] sizes = [0.85, 1, 1.2];
            var minutes = 3 * Math.Exp(0.3 * Normal()) * sizes[(int)ticket.Items[0].Size] * ticket.Pizzas();
            return _random.Next(5) == 0 ? minutes - (4 * Math.Log(1 - _random.NextDouble())) : minutes;
        }

        private double SomeRoad() => 11 * Math.Exp(0.35 * Normal());

        private int SomePizzas() =>
            _random.Next(100) switch
            {
                < 34 => 1,
                < 66 => 2,
                < 82 => 3,
                < 92 => 4,
                < 97 => 6,
                _ => 8,
            };

        private List<double> Arrivals()
        {
            var minutes = new List<double>();
            while (minutes.Count < Orders)
            {
                var minute = Rush + (75 * Normal());
                if (minute is >= 0 and <= Length)
                {
                    minutes.Add(minute);
                }
            }

            return minutes;
        }

        // The Box-Muller transform.
        private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

        private void At(double minute, Action happens) => _events.Enqueue(happens, (minute, _number++));

        private DateTimeOffset Time() => Five.AddMinutes(_now);
    }
}
