using System.Text.Json.Serialization;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>The state of a process type's broker.</summary>
public enum BrokerState
{
    /// <summary>There is no broker.</summary>
    None,

    /// <summary>The broker does not answer.</summary>
    Unreachable,

    /// <summary>The broker answers.</summary>
    There,
}

/// <summary>Events that wait to be published.</summary>
/// <param name="Waiting">The number of events, counted only up to <paramref name="Bound"/>.</param>
/// <param name="Bound">The number of events from which new orders are refused.</param>
/// <param name="Oldest">When the oldest event was stored; null if there is none, or if the database cannot tell.</param>
public sealed record OutboxResponse(int Waiting, int Bound, DateTimeOffset? Oldest);

/// <summary>The messages that wait on both sides of the broker, and the dead letters.</summary>
/// <param name="Outbox">The outbox of the process type's database, which other process types may share.</param>
/// <param name="Broker">The broker's state; the queues and dead letters are known only if it answers.</param>
/// <param name="Queues">The process type's own.</param>
/// <param name="DeadLetters">The first of each queue: as many as were requested, none with <c>shown=0</c>.</param>
public sealed record MessagingResponse(
    OutboxResponse Outbox,
    BrokerState Broker,
    IReadOnlyList<QueueDepth> Queues,
    [property: JsonPropertyName("laidAside")] IReadOnlyList<DeadLetter> DeadLetters
)
{
    /// <summary>How many dead letters there are; <see cref="DeadLetters"/> shows the first of them.</summary>
    [JsonIgnore]
    public long DeadLetterCount => Queues.Sum(queue => queue.DeadLetters);
}

/// <summary>The result of a redrive.</summary>
/// <param name="Count">The number of messages that were sent back.</param>
public sealed record RedriveResponse(int Count);

/// <summary>
/// Lets a manager inspect a process type's messages and do the same as the admin command <c>reprocess-errors</c>. The System page calls
/// these endpoints; they are not reachable from outside, because messages may contain customer data.
/// </summary>
internal static class MessagingEndpoints
{
    private const int DefaultShown = 20;
    private const int MaxShown = 100;

    public static void MapMessaging(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(DeadLetterQueues)))
        {
            return;
        }

        app.MapGet("/internal/messaging", Read).AllowRoles(Roles.Manager).ExcludeFromDescription();
        app.MapPost("/internal/messaging/send-back", Redrive).AllowRoles(Roles.Manager).ExcludeFromDescription();
    }

    private static async Task<IResult> Read(
        DeadLetterQueues errors,
        IOutbox outbox,
        IDocumentDatabase database,
        int? shown,
        CancellationToken cancellationToken
    )
    {
        var waiting = new OutboxResponse(
            await outbox.BacklogAsync(OutboxBacklog.Bound, cancellationToken),
            OutboxBacklog.Bound,
            database is IMessageHistory trail
                ? (await trail.ListPendingAsync(about: null, before: null, limit: 1, cancellationToken))
                    .Select(entry => (DateTimeOffset?)entry.StoredAt)
                    .FirstOrDefault()
                : null
        );
        if (!errors.HasBroker)
        {
            return Results.Ok(new MessagingResponse(waiting, BrokerState.None, [], []));
        }

        try
        {
            var depths = await errors.GetDepthsAsync(cancellationToken);
            var limit = Math.Clamp(shown ?? DefaultShown, 0, MaxShown);
            var aside = limit > 0 && depths.Any(queue => queue.DeadLetters > 0) ? await errors.PeekAsync(limit, cancellationToken) : [];
            return Results.Ok(new MessagingResponse(waiting, BrokerState.There, depths, aside));
        }
        catch (Exception e) when (IsUnreachable(e))
        {
            return Results.Ok(new MessagingResponse(waiting, BrokerState.Unreachable, [], []));
        }
    }

    private static async Task<IResult> Redrive(DeadLetterQueues errors, CancellationToken cancellationToken)
    {
        if (!errors.HasBroker)
        {
            return Results.Ok(new RedriveResponse(0));
        }

        try
        {
            var sent = await errors.RedriveAsync(cancellationToken);
            return Results.Ok(new RedriveResponse(sent.Sum(each => each.Count)));
        }
        catch (Exception e) when (IsUnreachable(e))
        {
            return Error.Unavailable("The broker does not answer; messages that were not redriven stay in their error queues.").ToProblem();
        }
    }

    private static bool IsUnreachable(Exception exception) => exception is RabbitMQClientException or IOException;
}
