using System.Security.Claims;
using MariosPizzeria.OrderService.Accounts;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Shows the history of one order.</summary>
public sealed class ReadTimeline(GetOrder visible, IRepository<Account> accounts)
{
    /// <summary>The history of an order: each event with its actor and its trace.</summary>
    public static async Task<IResult> Get(string id, ReadTimeline handler, HttpContext http, CancellationToken cancellationToken) =>
        (await handler.Handle(id, http.User, cancellationToken)).ToOk(timeline => timeline);

    /// <summary>Returns the history, or <c>not-found</c>, also if the order belongs to another customer.</summary>
    public async Task<Result<TimelineResponse>> Handle(string id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var found = await visible.Handle(id, user, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Error;
        }

        var history = found.Value.History.OrderBy(entry => entry.At).DistinctBy(entry => entry.Id).ToList();
        var names = user.IsStaff() ? await NamesAsync(history.Select(entry => entry.Actor).Distinct(), cancellationToken) : [];
        return new TimelineResponse([
            .. history.Select(entry => new TimelineEvent(
                entry.Id,
                entry.Type,
                entry.At,
                entry.Actor,
                names.GetValueOrDefault(entry.Actor),
                entry.TraceId
            )),
        ]);
    }

    private async Task<Dictionary<string, string>> NamesAsync(IEnumerable<string> actors, CancellationToken cancellationToken)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var actor in actors)
        {
            if (await accounts.FindAsync(actor, cancellationToken) is { } account)
            {
                names[actor] = account.Name;
            }
        }

        return names;
    }
}
