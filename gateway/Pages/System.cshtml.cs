using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateways.Clients;
using MariosPizzeria.Gateways.Proxying;
using MariosPizzeria.Gateways.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateways.Pages;

/// <summary>What runs, how it is, what its messages wait for, and what has happened to one order.</summary>
[SignedIn(Roles.Manager, AnyoneInDevelopment = true)]
internal sealed class SystemModel(ReplicaHealth health, MessagesClient messages, StoriesClient stories, TimeProvider time) : PizzeriaPage
{
    // Longer than any number of ours; what is typed becomes part of an address.
    private const int LongestNumber = 64;

    /// <summary>When all this was read.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Every replica, and what it said.</summary>
    public IReadOnlyList<ReplicaState> Replicas { get; private set; } = [];

    /// <summary>The messages of each process type; of a manager's page only.</summary>
    public IReadOnlyList<ServiceMessages> Messages { get; private set; } = [];

    /// <summary>The number that was asked for.</summary>
    public string? Number { get; private set; }

    /// <summary>Its story; null where none was asked for, or there is none.</summary>
    public Story? Story { get; private set; }

    /// <summary>The same down to its messages; of a manager's page only.</summary>
    public string? Explanation { get; private set; }

    /// <summary>Whether somebody asks who may read stories: an order says who bought it, so Development alone does not open it.</summary>
    public bool MayRead => Visitor.IsSignedIn;

    /// <summary>Whether somebody asks who may read messages, which say as much.</summary>
    public bool MayMend => Visitor.Has(Roles.Manager);

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(string? order, CancellationToken cancellationToken)
    {
        Number = order?.Trim() is { Length: > 0 and <= LongestNumber } number ? number : null;
        var looked = health.Look(cancellationToken);
        var asked = MayMend
            ? messages.Look(withLetters: !PageRules.IsLive(Request), cancellationToken)
            : Task.FromResult<ServiceMessages[]>([]);
        if (Number is not null && MayRead)
        {
            var story = await stories.Read(Number, cancellationToken);
            if (!story.Succeeded && story.Fault.Slug is not (Slugs.NotFound or Slugs.Validation))
            {
                return Problem(story.Fault);
            }

            Story = story.Value;
            Explanation = Story is not null && MayMend ? (await stories.Explain(Number, cancellationToken)).Value?.Text : null;
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

    /// <summary>Whether a process type publishes from a database of its own; worker and scheduler do from Order's.</summary>
    public static bool HasOutbox(string service) => RouteTable.Services.Contains(service, StringComparer.Ordinal);

    /// <summary>A moment to the millisecond: in a story the order of things matters.</summary>
    public static string Exactly(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
