using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.IntegrationTests.Servers;
using MariosPizzeria.KitchenService;
using MariosPizzeria.KitchenService.Clients;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.KitchenService.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.IntegrationTests.Kitchen;

/// <summary>A slot's places on PostgreSQL: four kitchen processes, each with its own connections, change one row concurrently.</summary>
public sealed class TimeSlotTests : IAsyncLifetime
{
    private const int Capacity = 7;

    private readonly List<WebApplication> _kitchens = [];

    public async Task InitializeAsync()
    {
        var database = await SharedServers.NewSchemaAsync();
        _kitchens.AddRange(Enumerable.Range(0, 4).Select(_ => Kitchen(database)));
        await _kitchens[0].Services.GetRequiredService<IDocumentDatabase>().MigrateAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        foreach (var kitchen in _kitchens)
        {
            await kitchen.DisposeAsync();
        }
    }

    [Fact]
    public async Task Four_kitchens_at_once_never_overbook_a_slot()
    {
        DateTimeOffset[] slots = [ASlot(0), ASlot(1), ASlot(2)];

        // Forty orders for each slot, each of which asks two kitchens.
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 240)
                .Select(n =>
                    Task.Run(async () =>
                    {
                        var (at, orderId) = (slots[n / 2 % 3], $"order-{n / 2}");
                        var answer = await Get<ReserveSlot>(n).Handle(orderId, at, CancellationToken.None);
                        return (At: at, OrderId: orderId, Answer: answer);
                    })
                )
        );

        answers.Where(asked => !asked.Answer.Succeeded).ShouldAllBe(asked => asked.Answer.Error!.Code == ErrorCodes.SlotFull);
        foreach (var at in slots)
        {
            var slot = await SlotAsync(at);
            slot.Taken(TimeProvider.System.GetUtcNow()).ShouldBe(Capacity);
            slot.Places.Select(place => place.OrderId)
                .ShouldBe(
                    answers.Where(asked => asked.At == at && asked.Answer.Succeeded).Select(asked => asked.OrderId).Distinct(),
                    ignoreOrder: true,
                    "whoever was told of a place has one, and nobody else"
                );
        }
    }

    [Fact]
    public async Task A_slot_is_not_overbooked_while_orders_are_confirmed_and_cancelled()
    {
        var at = ASlot(0);
        var versions = new List<TimeSlot>();

        // Each writer records the slot as it stored it; together they record every version.
        await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(n =>
                    Task.Run(async () =>
                    {
                        var orderId = $"order-{n}";
                        if (await Change(n, at, slot => slot.Reserve(orderId, Capacity, TimeProvider.System.GetUtcNow())))
                        {
                            await Change(n + 1, at, slot => slot.Keep(orderId));
                            if (n % 2 == 0)
                            {
                                await Change(n + 2, at, slot => slot.Release(orderId));
                            }
                        }
                    })
                )
        );

        versions.ShouldAllBe(slot => slot.Taken(TimeProvider.System.GetUtcNow()) <= Capacity);
        versions
            .Select(slot => slot.Version)
            .Distinct()
            .Count()
            .ShouldBe((int)(await SlotAsync(at)).Version - 1, "the first is the empty one");

        async Task<bool> Change(int kitchen, DateTimeOffset slot, Func<TimeSlot, Result<bool>> change)
        {
            while (true)
            {
                var changed = await Get<TimeSlots>(kitchen).ChangeAsync(slot, change, CancellationToken.None);
                if (changed.Succeeded)
                {
                    lock (versions)
                    {
                        versions.Add(changed.Value);
                    }

                    return true;
                }

                if (changed.Error.Code == ErrorCodes.SlotFull)
                {
                    return false;
                }

                // Twenty concurrent changes were faster: a caller gets 503 and retries.
                changed.Error.Code.ShouldBe(ErrorCodes.Unavailable);
            }
        }
    }

    // Registers the same services as services/Kitchen/Program.cs. The tests call them without HTTP, so nothing is started.
    private static WebApplication Kitchen(string database)
    {
        var builder = PizzeriaHost.CreateBuilder("kitchen", ["--environment", Environments.Development]);
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:kitchendb"] = database;
        builder.Configuration["Shop:OrdersPerSlot"] = $"{Capacity}";
        builder.AddDocuments("kitchendb");
        builder.AddCache("redis");
        builder.AddAccountAccess();
        builder.AddMessaging("rabbitmq", "kitchen", bus => bus.AddConsumersOf(typeof(KitchenRegistration).Assembly));
        builder.AddServiceClient<OrderClient>("order");
        builder.AddKitchen();
        return builder.Build();
    }

    private static DateTimeOffset ASlot(int number)
    {
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        return new DateTimeOffset(tomorrow.Year, tomorrow.Month, tomorrow.Day, 12, 0, 0, TimeSpan.Zero) + (number * TimeSlot.Length);
    }

    private T Get<T>(int kitchen)
        where T : notnull => _kitchens[kitchen % _kitchens.Count].Services.GetRequiredService<T>();

    private async Task<TimeSlot> SlotAsync(DateTimeOffset at) =>
        (await Get<IRepository<TimeSlot>>(0).FindAsync(TimeSlot.IdOf(at), CancellationToken.None)).ShouldNotBeNull();
}
