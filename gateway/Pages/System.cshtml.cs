using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Clients;
using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.Gateway.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>What runs, how it is, what its messages wait for, and what has happened to one order.</summary>
[SignedIn(Roles.Manager, AnyoneInDevelopment = true)]
internal sealed class SystemModel(
    ReplicaHealth health,
    MessagesClient messages,
    StoriesClient stories,
    OrdersClient orders,
    TimeProvider time
) : PizzeriaPage
{
    // Longer than any number of ours; what is typed becomes part of an address.
    private const int LongestNumber = 64;
    private const int MostFound = 20;

    /// <summary>When all this was read.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Every replica, and what it said.</summary>
    public IReadOnlyList<ReplicaState> Replicas { get; private set; } = [];

    /// <summary>The services of which no replica is there: an address of theirs is missing, not spare.</summary>
    public IReadOnlyList<string> Missing =>
        [
            .. Replicas
                .GroupBy(state => state.Replica.Service, StringComparer.Ordinal)
                .Where(service => service.All(state => state.Status == ReplicaStatus.Nobody))
                .Select(service => service.Key),
        ];

    /// <summary>The messages of each process type; of a manager's page only.</summary>
    public IReadOnlyList<ServiceMessages> Messages { get; private set; } = [];

    /// <summary>The number that was asked for.</summary>
    public string? Number { get; private set; }

    /// <summary>The id of the order of that number; null where there is none, or several.</summary>
    public string? OrderId { get; private set; }

    /// <summary>The orders whose number begins with it.</summary>
    public IReadOnlyList<OrderResponse> Found { get; private set; } = [];

    /// <summary>Its story; null where none was asked for, or there is none.</summary>
    public TimelineResponse? Story { get; private set; }

    /// <summary>The same down to its messages; of a manager's page only.</summary>
    public string? Explanation { get; private set; }

    /// <summary>Whether somebody asks who may read stories: an order says who bought it, so Development alone does not open it.</summary>
    public bool MayRead => Visitor.IsSignedIn;

    /// <summary>Whether somebody asks who may read messages, which say as much.</summary>
    public bool MayMend => Visitor.Has(Roles.Manager);

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(string? order, CancellationToken cancellationToken)
    {
        Number = order?.Trim() is { Length: > 0 } number ? number : null;
        var looked = health.Look(cancellationToken);
        var asked = MayMend
            ? messages.Look(withLetters: !PageRules.IsLive(Request), cancellationToken)
            : Task.FromResult<ServiceMessages[]>([]);
        if (Number is { Length: <= LongestNumber } && MayRead && await ReadStoryAsync(Number, cancellationToken) is { } fault)
        {
            return Problem(fault);
        }

        (Replicas, Messages) = (await looked, await asked);
        return Page();
    }

    /// <summary>Sends back what a process type has laid aside, as its admin command <c>reprocess-errors</c> does.</summary>
    public async Task<IActionResult> OnPostSendAgainAsync(string? service, CancellationToken cancellationToken)
    {
        var sent = await messages.SendBack(service ?? "", cancellationToken);
        if (!sent.Succeeded)
        {
            return Problem(sent.Fault);
        }

        await Say(T.SentAgain(service!, sent.Value.Count));
        return SeeOther("/system#messages");
    }

    // By the whole id, as programs have it, or by the beginning that is printed.
    private async Task<Fault?> ReadStoryAsync(string number, CancellationToken cancellationToken)
    {
        var found = await orders.List(number, page: 1, MostFound, cancellationToken);
        if (!found.Succeeded && found.Fault.Slug is not (Slugs.NotFound or Slugs.Validation))
        {
            return found.Fault;
        }

        Found = found.Value?.Items ?? [];
        OrderId =
            Found.Count == 1 ? Found[0].Id
            : Found.Count == 0 ? number
            : null;
        if (OrderId is null)
        {
            return null;
        }

        var story = await stories.Read(OrderId, cancellationToken);
        if (!story.Succeeded)
        {
            return story.Fault.Slug is Slugs.NotFound or Slugs.Validation ? null : story.Fault;
        }

        Story = story.Value;
        Explanation = MayMend ? (await stories.Explain(OrderId, cancellationToken)).Value?.Text : null;
        return null;
    }

    /// <summary>Whether a process type publishes from a database of its own; worker and scheduler do from Order's.</summary>
    public static bool HasOutbox(string service) => RouteTable.Services.Contains(service, StringComparer.Ordinal);

    /// <summary>A moment to the millisecond: in a story the order of things matters.</summary>
    public static string Exactly(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
