using System.Net;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Clients;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Tests.Ordering;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Kitchen;

/// <summary>The Kitchen service without any data.</summary>
public sealed class KitchenFactory : ServiceFactory<Ticket>
{
    /// <summary>Another replica. This one shares its store but not its cache, and has timers that run a hundred times as fast.</summary>
    public KitchenFactory? SharesWith { get; init; }

    /// <summary>An additional provider that receives the log.</summary>
    public ILoggerProvider? Log { get; init; }

    /// <summary>The stand-in for Order, which lets every order be recalled unless a test says otherwise.</summary>
    public StandIn Order { get; } = new() { Answer = _ => new HttpResponseMessage(HttpStatusCode.NoContent) };

    /// <summary>Returns the event that Order publishes for a confirmed order.</summary>
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

    /// <summary>Returns the event that Order publishes for a cancelled order.</summary>
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

    /// <summary>Queues tickets without the bus.</summary>
    public async Task<string[]> QueueAsync(params string[] orderIds)
    {
        foreach (var orderId in orderIds)
        {
            await QueueAsync(orderId, Clock.GetUtcNow());
        }

        return orderIds;
    }

    /// <summary>Queues the ticket of an order that was confirmed at <paramref name="at"/>.</summary>
    public Task QueueAsync(string orderId, DateTimeOffset at, int promisedMinutes = 20) =>
        Get<IRepository<Ticket>>()
            .AddAsync(
                Ticket.Queue(Confirmed(orderId, at) with { PromisedAt = at.AddMinutes(promisedMinutes) }, CookingTime.DefaultMinutes),
                [],
                handled: null,
                CancellationToken.None
            );

    public Task<Ticket?> FindAsync(string orderId) => Get<IRepository<Ticket>>().FindAsync(orderId, CancellationToken.None);

    /// <summary>Returns the ids of the orders that hold a slot.</summary>
    public async Task<IEnumerable<string>> SlotsAsync() =>
        (await Get<KitchenService.KitchenProvider>().FindAsync(CancellationToken.None)).Slots.Select(slot => slot.OrderId);

    /// <summary>Publishes an event on the service's own bus.</summary>
    public Task TellAsync<T>(T message)
        where T : class => Get<IBus>().Publish(message);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        if (Log is { } log)
        {
            builder.ConfigureTestServices(services => services.AddSingleton(log));
        }

        builder.UseSetting("services:order:http:0", "http://order");
        builder.ConfigureTestServices(services =>
        {
            services.AddHttpClient(nameof(OrderClient)).ConfigurePrimaryHttpMessageHandler(() => Order);

            // The accounts are in Order; without them every token is accepted.
            services.AddSingleton<IAccountVersions, NobodysVersions>();
        });
        if (SharesWith is { } other)
        {
            builder.ConfigureTestServices(services =>
            {
                services.AddSingleton(other.Get<IRepository<Ticket>>());
                services.AddSingleton(other.Get<IRepository<TimeSlot>>());
                services.AddSingleton(other.Get<IRepository<KitchenService.Domain.Kitchen>>());
                services.AddSingleton<TimeProvider>(new FastTimers());
            });
        }
    }

    private sealed class NobodysVersions : IAccountVersions
    {
        public Task<long?> FindAsync(string accountId, CancellationToken cancellationToken) => Task.FromResult<long?>(null);
    }

    private sealed class FastTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Faster(dueTime), Faster(period));

        private static TimeSpan Faster(TimeSpan time) => time > TimeSpan.Zero ? time / 100 : time;
    }
}
