using System.Globalization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateways.Clients;
using MariosPizzeria.Gateways.Web;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc;

namespace MariosPizzeria.Gateways.Pages;

/// <summary>What runs, how it is, and what has happened to one order.</summary>
[SignedIn(Roles.Manager, AnyoneInDevelopment = true)]
internal sealed class SystemModel(ReplicaHealth health, StoriesClient stories) : PizzeriaPage
{
    // Longer than any number of ours; what is typed becomes part of an address.
    private const int LongestNumber = 64;

    /// <summary>Every replica, and what it said.</summary>
    public IReadOnlyList<ReplicaState> Replicas { get; private set; } = [];

    /// <summary>The number that was asked for.</summary>
    public string? Number { get; private set; }

    /// <summary>Its story; null where none was asked for, or there is none.</summary>
    public Story? Story { get; private set; }

    /// <summary>Whether somebody asks who may read stories: an order says who bought it, so Development alone does not open it.</summary>
    public bool MayRead => Visitor.IsSignedIn;

    /// <summary>Shows it.</summary>
    public async Task<IActionResult> OnGetAsync(string? order, CancellationToken cancellationToken)
    {
        Number = order?.Trim() is { Length: > 0 and <= LongestNumber } number ? number : null;
        var looked = health.Look(cancellationToken);
        if (Number is not null && MayRead)
        {
            var story = await stories.Read(Number, cancellationToken);
            if (!story.Succeeded && story.Fault.Slug is not (Slugs.NotFound or Slugs.Validation))
            {
                return Problem(story.Fault);
            }

            Story = story.Value;
        }

        Replicas = await looked;
        return Page();
    }

    /// <summary>A moment to the millisecond: in a story the order of things matters.</summary>
    public static string Exactly(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
