using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.Worker.Analytics;

/// <summary>
/// Counts the orders of a slice anew, then adds up its day's slices. Several workers may do it at the same time, and any of them may
/// die in between: the slice stays stale until its day has its figures.
/// </summary>
public sealed class CountFigures(IRepository<FigureSlice> slices, IRepository<FigureDay> days, IRepository<Order> orders)
{
    private const int SlicesAtOnce = 20;

    /// <summary>Counts what is stale.</summary>
    /// <returns>How many slices that was.</returns>
    public async Task<int> Handle(CancellationToken cancellationToken)
    {
        var stale = await slices.List(Query<FigureSlice>.All.NewestFirst(OrderDocuments.StaleSlice).First(SlicesAtOnce), cancellationToken);
        foreach (var slice in stale)
        {
            await Count(slice.Id, cancellationToken);
        }

        return stale.Count;
    }

    private async Task Count(string id, CancellationToken cancellationToken)
    {
        var seen = 0L;
        var begun = await slices.Update(
            id,
            slice =>
            {
                var before = slice.Begun;
                seen = slice.Begin();
                return seen != before;
            },
            handled: null,
            cancellationToken
        );
        var start = begun.OrThrow().Start;
        var figures = await FiguresOf(start, cancellationToken);

        // The slice before its day: whoever adds up the day last then finds every slice.
        (await slices.Update(id, slice => slice.Count(seen, figures), handled: null, cancellationToken)).OrThrow();
        await AddUp(DateOnly.FromDateTime(start.UtcDateTime), cancellationToken);
        (await slices.Update(id, slice => slice.Settle(seen), handled: null, cancellationToken)).OrThrow();
    }

    private async Task<Figures> FiguresOf(DateTimeOffset start, CancellationToken cancellationToken)
    {
        var sum = Figures.None;
        await foreach (var page in orders.ByTime(start, start + FigureSlice.Length, statuses: [], cancellationToken))
        {
            sum = Figures.Sum(page.Select(Figures.Of).Prepend(sum));
        }

        return sum;
    }

    private async Task AddUp(DateOnly date, CancellationToken cancellationToken)
    {
        FigureDay day;
        do
        {
            // Read before its slices: if another worker adds up meanwhile, the versions clash and it is added up again.
            day = await days.Find(FigureDay.IdOf(date), cancellationToken) ?? FigureDay.Of(date);
            var parts = await slices.List(
                Query<FigureSlice>
                    .All.Between(OrderDocuments.SliceStart, day.Start, day.Start.AddDays(1))
                    .Ascending(OrderDocuments.SliceStart),
                cancellationToken
            );
            day.Take(Figures.Sum(parts.Select(slice => slice.Figures)));
        } while (await days.Save(day, [], handled: null, cancellationToken) == SaveResult.Conflict);
    }
}
