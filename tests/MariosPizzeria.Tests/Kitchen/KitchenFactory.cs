using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.Tests.InProcess;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Kitchen;

/// <summary>The kitchen service, empty.</summary>
public sealed class KitchenFactory : ServiceFactory<Ticket>
{
    /// <summary>Another replica: this one has its store, and a cache of its own. Its timers run a hundred times as fast.</summary>
    public KitchenFactory? SharesWith { get; init; }

    /// <summary>What Order says of a confirmed order.</summary>
    public static OrderConfirmed Confirmed(string orderId, DateTimeOffset at) =>
        new()
        {
            OrderId = orderId,
            OccurredAt = at,
            Actor = "customer-1",
            CustomerId = "customer-1",
            Lines = [new("1", "pepperoni", "Pepperoni", PizzaSize.Medium, ["pepperoni"], ["basil"], 2, new Money(24_49), new Money(48_98))],
            Total = new Money(48_98),
            Fulfilment = Fulfilment.Pickup,
            PlacedAt = at,
            PromisedAt = at.AddMinutes(20),
            Notes = "well done",
        };

    /// <summary>What Order says of a cancelled one.</summary>
    public static OrderCancelled Cancelled(string orderId) =>
        new()
        {
            OrderId = orderId,
            CustomerId = "customer-1",
            Reason = "changed my mind",
            Total = new Money(48_98),
            PlacedAt = DateTimeOffset.UtcNow,
            RefundDue = false,
        };

    /// <summary>Queues tickets without waiting for the bus.</summary>
    public async Task<string[]> Queue(params string[] orderIds)
    {
        foreach (var orderId in orderIds)
        {
            await Queue(orderId, Clock.GetUtcNow());
        }

        return orderIds;
    }

    /// <summary>Queues a ticket of an order that was confirmed then.</summary>
    public Task Queue(string orderId, DateTimeOffset at) =>
        Get<IRepository<Ticket>>().Add(Ticket.Queue(Confirmed(orderId, at)), [], handled: null, CancellationToken.None);

    public Task<Ticket?> Find(string orderId) => Get<IRepository<Ticket>>().Find(orderId, CancellationToken.None);

    /// <summary>The order ids that hold a slot.</summary>
    public async Task<IEnumerable<string>> Slots() =>
        (await Get<KitchenService.TheKitchen>().Find(CancellationToken.None)).Slots.Select(slot => slot.OrderId);

    /// <summary>Sends an event over the service's own bus.</summary>
    public Task Tell<T>(T message)
        where T : class => Get<IBus>().Publish(message);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        if (SharesWith is { } other)
        {
            builder.ConfigureTestServices(services =>
            {
                services.AddSingleton(other.Get<IRepository<Ticket>>());
                services.AddSingleton(other.Get<IRepository<KitchenService.Domain.Kitchen>>());
                services.AddSingleton<TimeProvider>(new FastTimers());
            });
        }
    }

    private sealed class FastTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Faster(dueTime), Faster(period));

        private static TimeSpan Faster(TimeSpan time) => time > TimeSpan.Zero ? time / 100 : time;
    }
}
