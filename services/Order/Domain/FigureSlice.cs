using System.Globalization;
using System.Text.Json;

namespace MariosPizzeria.OrderService.Domain;

/// <summary>
/// The previous release's running total of the orders that were placed within five minutes. This release does not read it; it only marks
/// slices as stale, so that a worker of the previous release counts them again, while both releases run and after a rollback. To be deleted
/// in the release after this one.
/// </summary>
public sealed class FigureSlice : IDocument
{
    /// <summary>The length of a slice.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    private static readonly JsonElement Uncounted = JsonSerializer.SerializeToElement(new Dictionary<string, int>());

    private FigureSlice() { }

    /// <summary>The start of the slice: <c>2026-03-01T18:05</c>.</summary>
    public string Id { get; private set; } = "";
    public long Version { get; set; }
    public DateTimeOffset Start { get; private set; }

    /// <summary>The result of the last count, in the format of the previous release.</summary>
    public JsonElement Figures { get; private set; } = Uncounted;

    /// <summary>How often the slice was marked because an order has changed.</summary>
    public long Touched { get; private set; }

    /// <summary>The value of <see cref="Touched"/> when the last count started.</summary>
    public long Begun { get; private set; }

    /// <summary>The value of <see cref="Touched"/> that the figures include.</summary>
    public long Counted { get; private set; }

    /// <summary>The value of <see cref="Touched"/> that the day's figures include.</summary>
    public long Settled { get; private set; }

    /// <summary>Returns the start of the slice that contains a moment.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % Length.Ticks), TimeSpan.Zero);

    /// <summary>Returns the id of the slice that contains a moment.</summary>
    public static string IdOf(DateTimeOffset moment) => StartOf(moment).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Creates a slice that was never counted.</summary>
    public static FigureSlice Of(DateTimeOffset moment) => new() { Id = IdOf(moment), Start = StartOf(moment) };

    /// <summary>Whether an order has changed that the day's figures may not include.</summary>
    public bool IsStale() => Touched > Settled;

    /// <summary>Records that an order has changed and was stored.</summary>
    /// <returns>False if the slice need not be stored, because a count that has not started yet will include the change.</returns>
    public bool Touch()
    {
        if (Touched > Begun)
        {
            return false;
        }

        Touched++;
        return true;
    }
}
