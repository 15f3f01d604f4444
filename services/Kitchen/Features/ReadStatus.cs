namespace MariosPizzeria.KitchenService.Features;

/// <summary>Counts the kitchen's tickets.</summary>
public sealed class ReadStatus(KitchenProvider kitchen, IRepository<Ticket> tickets, TimeProvider time)
{
    /// <summary>How busy the kitchen is.</summary>
    public static async Task<IResult> Get(ReadStatus status, CancellationToken cancellationToken) =>
        Results.Ok(await status.Handle(cancellationToken));

    /// <summary>Returns the current status.</summary>
    public async Task<StatusResponse> Handle(CancellationToken cancellationToken)
    {
        var current = await kitchen.FindAsync(cancellationToken);
        var cooked = await tickets.ListAsync(Collections.LastCooked(CookingTime.Recent), cancellationToken);
        var later = (int)await tickets.CountAsync(Collections.NotListedAt(time.GetUtcNow()), cancellationToken);
        return new(
            current.Capacity,
            await CountAsync(TicketState.Cooking, cancellationToken),
            Math.Max(0, await CountAsync(TicketState.Queued, cancellationToken) - later),
            await CountAsync(TicketState.Ready, cancellationToken),
            CookingTime.MeanMinutes(cooked),
            current.Paused,
            current.PauseReason
        );
    }

    private async Task<int> CountAsync(TicketState state, CancellationToken cancellationToken) =>
        (int)await tickets.CountAsync(Collections.InState(state), cancellationToken);
}
