using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Http;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.BuildingBlocks.Scheduling;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.OrderService.Jobs;
using MariosPizzeria.OrderService.Reports;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.Simulation.Network;
using MariosPizzeria.Worker.Payments;
using MassTransit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Event = MariosPizzeria.Contracts.V1.Event;

namespace MariosPizzeria.Simulation.Planted;

/// <summary>Orders expire by age, without a check of the payment.</summary>
internal sealed class ExpiryIgnoresPayment : PlantedFault
{
    public override string Name => "expiry that does not look at the payment";

    public override void Configure(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ExpireUnpaidOrders)))
        {
            services.Insert(0, ServiceDescriptor.Singleton<IScheduledJob, ExpireByAge>());
        }
    }

    private sealed class ExpireByAge(IRepository<Order> orders) : IScheduledJob
    {
        public string Name => ScheduledJobs.ExpireUnpaid;

        public async Task<int> RunAsync(Cause cause, Guid dueId, CancellationToken cancellationToken)
        {
            var unpaid = await orders.ListAsync(
                Query<Order>
                    .All.Where(OrderDocuments.InStatus, IndexKey.Of(OrderStatus.Pending))
                    .Between(OrderDocuments.PlacedAt, from: null, cause.At - TimeSpan.FromMinutes(15)),
                cancellationToken
            );
            foreach (var order in unpaid)
            {
                (await orders.ChangeAsync(order.Id, current => current.Expire(cause), handled: null, cancellationToken)).OrThrow();
            }

            return unpaid.Count;
        }
    }
}

/// <summary>A key is stored in Redis only, once the answer is known: if the process dies before that, the order is forgotten.</summary>
internal sealed class IdempotencyForgets : PlantedFault
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    public override string Name => "idempotency that forgets on failure";

    public override RequestDelegate? Endpoint(string method, string route) =>
        (method, route) is ("POST", "/api/orders") ? PlaceAsync : null;

    private static async Task PlaceAsync(HttpContext http)
    {
        http.RequestAborted = CancellationToken.None;
        var (cache, handler) = (http.RequestServices.GetRequiredService<ICache>(), http.RequestServices.GetRequiredService<PlaceOrder>());
        var key = $"planted:{http.Request.Headers[IdempotencyFilter.Header]}";
        try
        {
            if (!await cache.AddAsync(key, "", Lease, http.RequestAborted))
            {
                var earlier = await cache.GetAsync(key, http.RequestAborted);
                await (
                    string.IsNullOrEmpty(earlier)
                        ? new Error(ErrorCodes.IdempotencyInProgress, "It is running.").ToProblem()
                        : Results.Text(earlier, "application/json", statusCode: StatusCodes.Status201Created)
                ).ExecuteAsync(http);
                return;
            }

            var request = (await JsonSerializer.DeserializeAsync<PlaceOrderRequest>(http.Request.Body, PizzeriaJson.Options))!;
            var placed = await handler.Handle(request, http.Cause(), idempotency: null, forGuest: false, http.RequestAborted);
            if (!placed.Succeeded)
            {
                await cache.RemoveAsync(key, expected: null, CancellationToken.None);
                await placed.Error.ToProblem().ExecuteAsync(http);
                return;
            }

            var body = JsonSerializer.Serialize(OrderResponse.Of(placed.Value.Order), PizzeriaJson.Options);
            await cache.SetAsync(key, body, TimeSpan.FromDays(1), CancellationToken.None);
            await Results.Text(body, "application/json", statusCode: StatusCodes.Status201Created).ExecuteAsync(http);
        }
        catch (Exception e) when (e is RedisUnavailableException or DatabaseUnavailableException or OperationCanceledException)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }
}

/// <summary>The tickets that cook are counted up and down, instead of keeping a set of them.</summary>
internal sealed class CounterInsteadOfSet : PlantedFault
{
    public override string Name => "a counter instead of a set";

    public override RequestDelegate? Endpoint(string method, string route) =>
        (method, route) switch
        {
            ("POST", "/api/kitchen/tickets/{orderId}/start") => http =>
                StepAsync(http, (ticket, cause) => ticket.Start(cause), kitchen => Count(kitchen, 1), isCountedFirst: true),
            ("POST", "/api/kitchen/tickets/{orderId}/ready") => http =>
                StepAsync(http, (ticket, cause) => ticket.Finish(cause), kitchen => Count(kitchen, -1), isCountedFirst: false),
            _ => null,
        };

    private static bool Count(Kitchen kitchen, int by)
    {
        if (by > 0)
        {
            return kitchen.Reserve(kitchen.Slots.Count.ToString(CultureInfo.InvariantCulture), DateTimeOffset.UnixEpoch).Succeeded;
        }

        return kitchen.Slots.Count > 0 && kitchen.Free(kitchen.Slots[^1].OrderId);
    }

    private static async Task StepAsync(
        HttpContext http,
        Func<Ticket, Cause, Result<IReadOnlyList<Event>>> step,
        Func<Kitchen, bool> count,
        bool isCountedFirst
    )
    {
        var (tickets, stop) = (http.RequestServices.GetRequiredService<IRepository<Ticket>>(), CancellationToken.None);
        var id = (string)http.Request.RouteValues["orderId"]!;
        http.RequestAborted = stop;
        var key = SHA256.HashData(Encoding.UTF8.GetBytes(http.Request.Headers[IdempotencyFilter.Header].ToString()));
        var handled = new HandledMessage(new(key.AsSpan(0, 16)), "http");
        try
        {
            var ticket = await tickets.FindAsync(id, stop);
            var events = ticket is null ? Error.NotFound("ticket", id) : step(ticket, http.Cause());
            if (!events.Succeeded && await tickets.HasHandledAsync(id, handled, stop))
            {
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            if (events.Succeeded && isCountedFirst && !await CountInAsync(http, count))
            {
                events = new Error(ErrorCodes.KitchenAtCapacity, "Full.");
            }

            if (events.Succeeded && await tickets.SaveAsync(ticket!, events.Value, handled, stop) != SaveResult.Saved)
            {
                events = new Error(ErrorCodes.VersionConflict, "Changed by others.");
            }

            if (events.Succeeded && !isCountedFirst)
            {
                await CountInAsync(http, count);
            }

            await (events.Succeeded ? Results.NoContent() : events.Error.ToProblem()).ExecuteAsync(http);
        }
        catch (DatabaseUnavailableException)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }

    private static async Task<bool> CountInAsync(HttpContext http, Func<Kitchen, bool> count)
    {
        var kitchens = http.RequestServices.GetRequiredService<IRepository<Kitchen>>();
        while (true)
        {
            var kitchen = await http.RequestServices.GetRequiredService<KitchenProvider>().FindAsync(CancellationToken.None);
            if (!count(kitchen))
            {
                return false;
            }

            if (await kitchens.SaveAsync(kitchen, [], handled: null, CancellationToken.None) == SaveResult.Saved)
            {
                return true;
            }
        }
    }
}

/// <summary>Each attempt to charge has an idempotency key of its own.</summary>
internal sealed class KeyOfEachAttempt : PlantedFault
{
    private int _attempts;

    public override string Name => "a charge with a new key for each attempt";

    public override HttpCall Outgoing(HttpCall call) =>
        call.Path.EndsWith("payments", StringComparison.Ordinal)
            ? call with
            {
                Key = string.Create(CultureInfo.InvariantCulture, $"{call.Key}-{++_attempts}"),
            }
            : call;
}

/// <summary>A timeout of the provider is treated as a refusal: a charge that may have happened is not refunded.</summary>
internal sealed class TimeoutIsRefusal : PlantedFault
{
    public override string Name => "a timeout taken for a refusal";

    public override void Configure(IServiceCollection services) => services.AddScoped<Charge>();

    public override Type ConsumerFor(Type consumer) => consumer == typeof(CardPaymentRequestedConsumer) ? typeof(Charge) : consumer;

    [ConsumerNames("worker-charge-card", "ChargeCard")]
    private sealed class Charge(IRepository<Payment> payments, PaymentProvider provider) : IConsumer<PaymentRequested>
    {
        public async Task Consume(ConsumeContext<PaymentRequested> context)
        {
            var requested = context.Message;
            if (requested.Method == PaymentMethod.Cash)
            {
                return;
            }

            var payment = await payments.FindAsync(requested.OrderId, context.CancellationToken) ?? Payment.For(requested);
            if (payment.IsSettled())
            {
                return;
            }

            IReadOnlyList<Event> events;
            try
            {
                var answer = await provider.ChargeAsync(
                    requested.OrderId,
                    requested.Amount,
                    requested.CardToken ?? "",
                    context.CancellationToken
                );
                events = answer.IsPaid
                    ? payment.Succeed(answer.Reference, context.Cause())
                    : payment.Fail(CancellationReasons.PaymentDeclined, context.Cause());
            }
            catch (ServiceUnavailableException)
            {
                events = payment.Fail(CancellationReasons.PaymentUnavailable, context.Cause());
            }

            if (await payments.SaveAsync(payment, events, context.Handled(this), context.CancellationToken) == SaveResult.Conflict)
            {
                throw new TimeoutException("Another worker holds it.");
            }
        }
    }
}

/// <summary>Each version of an order adds its contribution to the figures, instead of replacing that of the version before.</summary>
internal sealed class RunningTotals : PlantedFault
{
    private readonly Dictionary<string, long> _revenue = new(StringComparer.Ordinal);

    public override string Name => "running totals";

    public override void Configure(IServiceCollection services)
    {
        if (services.FirstOrDefault(service => service.ImplementationInstance is DocumentType<Order>) is not { } registered)
        {
            return;
        }

        var type = (DocumentType<Order>)registered.ImplementationInstance!;
        var adding = new Measure<Order>(
            OrderMeasures.Revenue.Name,
            order => _revenue[order.Id] = _revenue.GetValueOrDefault(order.Id) + (OrderMeasures.Revenue.Of(order) ?? 0)
        );
        services.Replace(
            ServiceDescriptor.Singleton(
                new DocumentType<Order>(type.Collection, [.. type.Indexes])
                {
                    CompoundIndexes = type.CompoundIndexes,
                    CoveringIndexes = type.CoveringIndexes,
                    Measures = [.. type.Measures.Select(measure => measure == OrderMeasures.Revenue ? adding : measure)],
                    LineItems = type.LineItems,
                }
            )
        );
    }
}
