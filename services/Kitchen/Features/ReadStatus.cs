using MariosPizzeria.Contracts.Api;
using MariosPizzeria.KitchenService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.KitchenService.Features;

/// <summary>Counts the kitchen's tickets.</summary>
public sealed class ReadStatus(TheKitchen kitchen, IRepository<Ticket> tickets)
{
    /// <summary>GET /api/kitchen/status.</summary>
    public static async Task<IResult> Get(ReadStatus status, CancellationToken cancellationToken) =>
        Results.Ok(await status.Handle(cancellationToken));

    /// <summary>The status now.</summary>
    public async Task<StatusResponse> Handle(CancellationToken cancellationToken)
    {
        var current = await kitchen.Find(cancellationToken);
        var cooked = await tickets.List(Collections.LastCooked(CookingTime.Recent), cancellationToken);
        return new(
            current.Capacity,
            await Count(TicketState.Cooking, cancellationToken),
            await Count(TicketState.Queued, cancellationToken),
            await Count(TicketState.Ready, cancellationToken),
            CookingTime.MeanMinutes(cooked),
            current.Paused,
            current.PauseReason
        );
    }

    private async Task<int> Count(TicketState state, CancellationToken cancellationToken) =>
        (int)await tickets.Count(Collections.InState(state), cancellationToken);
}
