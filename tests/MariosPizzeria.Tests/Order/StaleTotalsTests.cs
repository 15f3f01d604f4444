using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Worker.Analytics;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>How this release treats the running totals of the previous release.</summary>
public sealed class StaleTotalsTests : IAsyncDisposable
{
    private readonly OrderFactory _service = new();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_total_is_stale_once_an_order_of_its_five_minutes_amounts_to_something_else()
    {
        var placedAt = _service.Clock.GetUtcNow();
        var totals = ActivatorUtilities.CreateInstance<StaleTotals>(_service.Services);
        var id = await _service.InAsync(OrderStatus.Confirmed);

        (await totals.MarkAsync(CancellationToken.None)).ShouldBe(1);
        (await totals.MarkAsync(CancellationToken.None)).ShouldBe(0);
        var slice = await SliceAsync(placedAt);
        (slice.IsStale(), slice.Touched).ShouldBe((true, 1));

        await CountedAsync(slice);
        await _service.As("manager").PostAsync($"/api/orders/{id}/cancel", new { reason = "never fetched" }).JsonAsync();

        await Answers.EventuallyAsync(async () => await totals.MarkAsync(CancellationToken.None) == 1, "the kitchen has let it go");
        slice = await SliceAsync(placedAt);
        (slice.IsStale(), slice.Touched).ShouldBe((true, 2));
        slice.Figures.GetProperty("customers").GetArrayLength().ShouldBe(1, "what the previous release counted stays");
    }

    private async Task<FigureSlice> SliceAsync(DateTimeOffset at) =>
        (await _service.Get<IRepository<FigureSlice>>().FindAsync(FigureSlice.IdOf(at), CancellationToken.None)).ShouldNotBeNull();

    /// <summary>Changes a slice as a worker of the previous release does.</summary>
    private async Task CountedAsync(FigureSlice slice)
    {
        var stored = JsonSerializer.SerializeToNode(slice, PizzeriaJson.Documents)!;
        (stored["begun"], stored["counted"], stored["settled"]) = (1, 1, 1);
        stored["figures"] = JsonSerializer.SerializeToNode(new { orders = 1, customers = new[] { new { id = "customer-1" } } });
        var counted = stored.Deserialize<FigureSlice>(PizzeriaJson.Documents)!;
        counted.Version = slice.Version;
        (await _service.Get<IRepository<FigureSlice>>().SaveAsync(counted, [], handled: null, CancellationToken.None)).ShouldBe(
            SaveResult.Saved
        );
    }
}
