using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Gateway.Proxying;

namespace MariosPizzeria.Gateway.Pages;

/// <summary>The processes and their health, the state of their messages, and the history of an order.</summary>
[SignedIn(Roles.Manager, AnyoneInDevelopment = true)]
internal sealed class SystemModel(
    ReplicaHealth health,
    MessagesClient messages,
    OrderExplanationsClient stories,
    OrdersClient orders,
    LogPlace logs,
    TimeProvider time
) : PizzeriaPage
{
    // Longer than any order number; the input becomes part of a URL.
    private const int LongestNumber = 64;
    private const int MostFound = 20;

    /// <summary>When the data was read.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>All processes, and their health as a whole.</summary>
    public SystemHealth Health { get; private set; } = new([]);

    /// <summary>Returns the address of a process type's log; null if it is not configured.</summary>
    public string? LogOf(string service) => logs.Of(service);

    /// <summary>The number of dead letters.</summary>
    public long Failed => Messages.Sum(each => each.Messaging?.DeadLetterCount ?? 0);

    /// <summary>The messaging state of each process type; for managers only, otherwise empty.</summary>
    public IReadOnlyList<ServiceMessages> Messages { get; private set; } = [];

    /// <summary>The order number in the query.</summary>
    public string? Number { get; private set; }

    /// <summary>The id of the order with that number; null if there is none, or more than one.</summary>
    public string? OrderId { get; private set; }

    /// <summary>The orders whose number begins with the input.</summary>
    public IReadOnlyList<OrderResponse> Found { get; private set; } = [];

    /// <summary>The history of the order; null if none was requested or found.</summary>
    public TimelineResponse? Story { get; private set; }

    /// <summary>The history including messages; for managers only, otherwise null.</summary>
    public string? Explanation { get; private set; }

    /// <summary>Whether the visitor may read an order's history: it names the customer, so Development alone does not permit it.</summary>
    public bool MayRead => Visitor.IsSignedIn;

    /// <summary>Whether the visitor may read and redrive messages, which can name customers as well.</summary>
    public bool CanRedrive => Visitor.Has(Roles.Manager);

    /// <summary>Shows the page.</summary>
    public async Task<IActionResult> OnGetAsync(string? order, CancellationToken cancellationToken)
    {
        Number = order?.Trim() is { Length: > 0 } number ? number : null;
        var looked = health.CheckAsync(cancellationToken);
        var asked = CanRedrive
            ? messages.ReadAsync(withLetters: !PageRules.IsLive(Request), cancellationToken)
            : Task.FromResult<ServiceMessages[]>([]);
        if (Number is { Length: <= LongestNumber } && MayRead && await ReadStoryAsync(Number, cancellationToken) is { } fault)
        {
            return Problem(fault);
        }

        (Health, Messages) = (new(await looked), await asked);
        return Page();
    }

    /// <summary>Redrives a process type's dead letters, like its admin command <c>reprocess-errors</c>.</summary>
    public async Task<IActionResult> OnPostSendAgainAsync(string? service, CancellationToken cancellationToken)
    {
        var sent = await messages.RedriveAsync(service ?? "", cancellationToken);
        if (!sent.Succeeded)
        {
            return Problem(sent.Error);
        }

        await ShowNoticeAsync(T.SentAgain(service!, sent.Value.Count));
        return SeeOther("/system#failed");
    }

    // Finds an order by its whole id, which programs use, or by the printed beginning.
    private async Task<Error?> ReadStoryAsync(string number, CancellationToken cancellationToken)
    {
        var found = await orders.ListAsync(number, page: 1, MostFound, after: null, cancellationToken);
        if (!found.Succeeded && found.Error.Code is not (ErrorCodes.NotFound or ErrorCodes.Validation))
        {
            return found.Error;
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

        var story = await stories.ReadAsync(OrderId, cancellationToken);
        if (!story.Succeeded)
        {
            return story.Error.Code is ErrorCodes.NotFound or ErrorCodes.Validation ? null : story.Error;
        }

        Story = story.Value;
        Explanation = CanRedrive ? (await stories.ExplainAsync(OrderId, cancellationToken)).Value?.Text : null;
        return null;
    }

    /// <summary>Whether a process type has an outbox in its own database; worker and scheduler use Order's.</summary>
    public static bool HasOutbox(string service) => RouteTable.Services.Contains(service, StringComparer.Ordinal);

    /// <summary>Returns a version for display, with the commit hash shortened to seven characters.</summary>
    public static string Short(string version)
    {
        const int Letters = 7;
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? version : version[..Math.Min(version.Length, plus + 1 + Letters)];
    }

    /// <summary>Returns the id of the order that a dead letter is about; null if its body contains none.</summary>
    public static string? OrderOf(DeadLetter message)
    {
        try
        {
            // The body is the bus's envelope, or a message that was sent without one.
            using var body = JsonDocument.Parse(message.Body);
            var content = Property(body.RootElement, "message") ?? body.RootElement;
            return Property(content, "orderId") is { ValueKind: JsonValueKind.String } id ? id.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;
}
