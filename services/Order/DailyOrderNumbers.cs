using System.Globalization;
using MariosPizzeria.BuildingBlocks.Caching;

namespace MariosPizzeria.OrderService;

/// <summary>
/// Assigns the order numbers that people use: 1, 2, … within the business day on which the order is due. Redis counts them. The unique key
/// of day and number in the store (<see cref="OrderDocuments.DailyNumber"/>) makes them unique, so they do not depend on the data in Redis.
/// If an order is not stored, its number stays unused.
/// </summary>
public sealed class DailyOrderNumbers(ICache cache, IRepository<Order> orders, BusinessDays days)
{
    // Orders are accepted a week ahead.
    private static readonly TimeSpan Counted = TimeSpan.FromDays(10);

    /// <summary>Returns the business day of a due time.</summary>
    public DateOnly DayOf(DateTimeOffset due) => days.DayOf(due);

    /// <summary>Returns the next number of a day.</summary>
    /// <param name="wasTaken">
    /// Whether the store refused the previous number: Redis has lost the day's counter, and continues above the highest number in the
    /// store.
    /// </param>
    public async Task<int> NextAsync(DateOnly day, bool wasTaken, CancellationToken cancellationToken)
    {
        var highest = wasTaken ? await HighestAsync(day, cancellationToken) : 0;
        try
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"order-number:{day:yyyy-MM-dd}");
            return (int)await cache.CountScoresAboveAsync(key, highest, Counted, cancellationToken);
        }
        catch (RedisUnavailableException)
        {
            // If two requests take the same number, the store refuses one of them, which is retried.
            return (wasTaken ? highest : await HighestAsync(day, cancellationToken)) + 1;
        }
    }

    private async Task<int> HighestAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var last = Query<Order>
            .All.WhereAnyStartsWith((OrderDocuments.DailyNumber, OrderDocuments.KeyOf(day)))
            .NewestFirst(OrderDocuments.DailyNumber)
            .First(1);
        return (await orders.ListAsync(last, cancellationToken)) is [{ Number: { } number }] ? number : 0;
    }
}
