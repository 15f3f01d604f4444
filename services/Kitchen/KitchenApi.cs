using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.ApiDocs;

namespace MariosPizzeria.KitchenService;

/// <summary>What the kitchen's routes say of themselves in the API's document.</summary>
internal static class KitchenApi
{
    public static readonly ApiDescription ReadStatus = new("readKitchenStatus", "How busy the kitchen is") { Answer = Status };

    public static readonly ApiDescription ListTickets = new("listTickets", "The kitchen's tickets, oldest first, page by page")
    {
        Answer = new TicketsResponse([Ticket], Next: null),
    };

    public static readonly ApiDescription StreamTickets = new(
        "streamTickets",
        "Server-sent events: a snapshot, then each ticket that changes"
    )
    {
        Answer = Ticket,
        IsStream = true,
    };

    public static readonly ApiDescription StartTicket = new("startTicket", "Begins to cook; takes a slot of the capacity")
    {
        Answer = Ticket,
        Problems = [Slugs.NotFound, Slugs.KitchenAtCapacity, Slugs.IllegalTransition, Slugs.VersionConflict],
    };

    public static readonly ApiDescription FinishTicket = new("finishTicket", "Out of the oven; gives the slot back")
    {
        Answer = Ticket,
        Problems = [Slugs.NotFound, Slugs.IllegalTransition, Slugs.VersionConflict],
    };

    public static readonly ApiDescription SetCapacity = new("setCapacity", "How many tickets may cook at the same time")
    {
        Answer = Status,
        Problems = [Slugs.VersionConflict],
        Example = new CapacityRequest(5),
    };

    public static readonly ApiDescription SetPaused = new("setPaused", "Stops taking orders, or takes them again")
    {
        Answer = Status,
        Problems = [Slugs.VersionConflict],
        Example = new PausedRequest(Paused: true, "The oven is being cleaned"),
    };

    private static StatusResponse Status =>
        new(Capacity: 5, Cooking: 2, Queued: 3, Ready: 1, AverageCookMinutes: 8.5, Paused: false, Reason: null);

    private static TicketResponse Ticket =>
        new(
            "0199f0c4b1e07c3e9a5f1d2c3b4a5968",
            TicketState.Cooking,
            [new("1", "margherita", "Margherita", PizzaSize.Medium, [], ["basil"], Quantity: 2)],
            "Ring twice",
            Fulfilment.Delivery,
            QueuedAt: At(0),
            StartedAt: At(3),
            ReadyAt: null,
            PromisedAt: At(15),
            LateSince: null,
            LeftAt: null,
            Chef: "chef"
        );

    private static DateTimeOffset At(int minute) => new(2026, 3, 1, 18, minute, 0, TimeSpan.Zero);
}
