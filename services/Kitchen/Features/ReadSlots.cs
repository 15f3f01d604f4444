using System.ComponentModel;
using System.Globalization;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>Shows the times for which an order can be placed ahead.</summary>
public sealed class ReadSlots(IRepository<TimeSlot> slots, SlotRules rules, BusinessDays days, TimeProvider time)
{
    /// <summary>The times of a business day for which an order can be placed, and how many orders each has room for.</summary>
    /// <remarks>A slot without room is listed with none left. A day beyond those for which orders are taken has no slots.</remarks>
    public static async Task<IResult> Get(
        [Description("A business day of the shop, such as 2026-11-30; today if not given.")] string? day,
        ReadSlots read,
        CancellationToken cancellationToken
    ) => (await read.Handle(day, cancellationToken)).ToOk(slots => slots);

    /// <summary>Returns the slots of a day, or <c>validation</c>.</summary>
    public async Task<Result<ItemsResponse<SlotResponse>>> Handle(string? day, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var wanted = days.DayOf(now);
        var errors = new ValidationErrors();
        errors.Require(
            string.IsNullOrEmpty(day)
                || (
                    DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out wanted)
                    && wanted.Year is > 1 and < 9999
                ),
            "day",
            "must be a date, such as 2026-11-30"
        );
        if (errors.ToFault() is { } fault)
        {
            return fault;
        }

        var open = await rules.OpenAsync(days.StartOf(wanted), days.EndOf(wanted), cancellationToken);
        if (open.Count == 0)
        {
            return new ItemsResponse<SlotResponse>([]);
        }

        var capacity = await rules.CapacityAsync(cancellationToken);
        var taken = (await slots.ListAsync(Collections.SlotsBetween(open[0], open[^1] + TimeSlot.Length), cancellationToken)).ToDictionary(
            slot => slot.At,
            slot => slot.Taken(now)
        );
        return new ItemsResponse<SlotResponse>([
            .. open.Select(at => new SlotResponse(at, Math.Max(0, capacity - taken.GetValueOrDefault(at)))),
        ]);
    }
}
