namespace MariosPizzeria.KitchenService;

/// <summary>Changes the slots of orders that are placed ahead; the first change of a slot creates its document.</summary>
public sealed class TimeSlots(IRepository<TimeSlot> slots)
{
    /// <summary>Applies a change of the domain to a slot.</summary>
    /// <returns>
    /// The slot after the change, or the error: the domain's, or <c>unavailable</c> if there are too many concurrent changes.
    /// </returns>
    public async Task<Result<TimeSlot>> ChangeAsync(
        DateTimeOffset at,
        Func<TimeSlot, Result<bool>> change,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var changed = await slots.UpdateAsync(TimeSlot.IdOf(at), change, handled: null, cancellationToken);
            if (changed.Succeeded || changed.Error.Code != ErrorCodes.NotFound)
            {
                return changed.Error?.Code == ErrorCodes.VersionConflict ? Error.Unavailable(changed.Error.Detail) : changed;
            }

            await slots.AddAsync(TimeSlot.Empty(at), [], handled: null, cancellationToken);
        }
    }
}
