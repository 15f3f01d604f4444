using System.Globalization;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>
/// The figures of the orders that were placed within five minutes, which are counted anew whenever one of them has changed.
/// Nothing is ever added to them: an event only says that they are stale, so that a repeated, late or lost one can't make them wrong.
/// </summary>
public sealed class FigureSlice : IDocument
{
    /// <summary>How long a slice is; short enough to be counted at once in the busiest hour.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    private FigureSlice() { }

    /// <summary>Its beginning: <c>2026-03-01T18:05</c>.</summary>
    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public DateTimeOffset Start { get; private set; }
    public Figures Figures { get; private set; } = Figures.None;

    /// <summary>How often it was said that an order has changed.</summary>
    public long Touched { get; private set; }

    /// <summary>How many of these a count has begun with: later ones it may not have seen.</summary>
    public long Begun { get; private set; }

    /// <summary>How many of these the figures have seen.</summary>
    public long Counted { get; private set; }

    /// <summary>How many of these the day's figures have seen.</summary>
    public long Settled { get; private set; }

    /// <summary>When the slice of an order began.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset placedAt) =>
        new(placedAt.UtcTicks - (placedAt.UtcTicks % Length.Ticks), TimeSpan.Zero);

    /// <summary>The id of an order's slice.</summary>
    public static string IdOf(DateTimeOffset placedAt) => StartOf(placedAt).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    /// <summary>One of which nothing is known.</summary>
    public static FigureSlice Of(DateTimeOffset placedAt) => new() { Id = IdOf(placedAt), Start = StartOf(placedAt) };

    /// <summary>Whether an order has changed that the day's figures may not have seen.</summary>
    public bool IsStale() => Touched > Settled;

    /// <summary>An order has changed, and is stored.</summary>
    /// <returns>False where that need not be stored: a count that has yet to begin will see the change.</returns>
    public bool Touch()
    {
        if (Touched > Begun)
        {
            return false;
        }

        Touched++;
        return true;
    }

    /// <summary>A count begins; to be stored before the first order is read.</summary>
    /// <returns>What it will have seen; to be given to <see cref="Count"/> and <see cref="Settle"/>.</returns>
    public long Begin() => Begun = Touched;

    /// <summary>The orders were counted.</summary>
    /// <returns>False where a later count was quicker.</returns>
    public bool Count(long seen, Figures figures)
    {
        if (Counted > seen)
        {
            return false;
        }

        (Counted, Figures) = (seen, figures);
        return true;
    }

    /// <summary>The day's figures have these.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Settle(long seen)
    {
        if (Settled >= seen)
        {
            return false;
        }

        Settled = seen;
        return true;
    }
}

/// <summary>The figures of the orders that were placed on one day (UTC): what every report is made from.</summary>
public sealed class FigureDay : IDocument
{
    private FigureDay() { }

    /// <summary>The day: <c>2026-03-01</c>.</summary>
    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public DateTimeOffset Start { get; private set; }
    public Figures Figures { get; private set; } = Figures.None;

    /// <summary>The id of a day.</summary>
    public static string IdOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A day of which nothing is known.</summary>
    public static FigureDay Of(DateOnly day) => new() { Id = IdOf(day), Start = new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) };

    /// <summary>Takes the sum of its slices.</summary>
    public void Take(Figures figures) => Figures = figures;
}
