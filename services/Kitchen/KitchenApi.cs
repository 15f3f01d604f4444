using MariosPizzeria.Contracts;
using MariosPizzeria.Kitchens.Features;
using MariosPizzeria.ServiceDefaults.ApiDocs;

namespace MariosPizzeria.Kitchens;

/// <summary>What the kitchen's routes say of themselves in the API's document.</summary>
internal static class KitchenApi
{
    public static readonly ApiDescription ReadStatus = new("readKitchenStatus", "How busy the kitchen is")
    {
        Answer = typeof(StatusResponse),
    };

    public static readonly ApiDescription ListTickets = new("listTickets", "The kitchen's tickets, oldest first")
    {
        Answer = typeof(TicketsResponse),
    };

    public static readonly ApiDescription StreamTickets = new(
        "streamTickets",
        "Server-sent events: a snapshot, then each ticket that changes"
    )
    {
        Answer = typeof(TicketResponse),
        IsStream = true,
    };

    public static readonly ApiDescription StartTicket = new("startTicket", "Begins to cook; takes a slot of the capacity")
    {
        Answer = typeof(TicketResponse),
        Problems = [Slugs.NotFound, Slugs.KitchenAtCapacity, Slugs.IllegalTransition, Slugs.VersionConflict],
    };

    public static readonly ApiDescription FinishTicket = new("finishTicket", "Out of the oven; gives the slot back")
    {
        Answer = typeof(TicketResponse),
        Problems = [Slugs.NotFound, Slugs.IllegalTransition, Slugs.VersionConflict],
    };

    public static readonly ApiDescription SetCapacity = new("setCapacity", "How many tickets may cook at the same time")
    {
        Answer = typeof(StatusResponse),
        Problems = [Slugs.VersionConflict],
        Example = new CapacityRequest(5),
    };

    public static readonly ApiDescription SetPaused = new("setPaused", "Stops taking orders, or takes them again")
    {
        Answer = typeof(StatusResponse),
        Problems = [Slugs.VersionConflict],
        Example = new PausedRequest(Paused: true, "The oven is being cleaned"),
    };
}
