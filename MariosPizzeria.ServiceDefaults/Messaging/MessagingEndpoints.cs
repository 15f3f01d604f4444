using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client.Exceptions;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>How a process type stands with its broker.</summary>
public enum BrokerState
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>It does not answer.</summary>
    Unreachable,

    /// <summary>It answers.</summary>
    There,
}

/// <summary>Events that wait to be published.</summary>
/// <param name="Waiting">How many, counted no further than <paramref name="Bound"/>.</param>
/// <param name="Bound">With so many, new orders are refused.</param>
/// <param name="Oldest">Since when the oldest waits; null of none, or where the store can't tell.</param>
public sealed record OutboxResponse(int Waiting, int Bound, DateTimeOffset? Oldest);

/// <summary>What waits on both sides of the broker, and what was laid aside there.</summary>
/// <param name="Outbox">Of the process type's database, which others may share.</param>
/// <param name="Broker">Whether the rest is known.</param>
/// <param name="Queues">The process type's own.</param>
/// <param name="LaidAside">The first of each queue: as many as were asked for, none with <c>shown=0</c>.</param>
public sealed record MessagingResponse(
    OutboxResponse Outbox,
    BrokerState Broker,
    IReadOnlyList<QueueDepth> Queues,
    IReadOnlyList<LaidAside> LaidAside
);

/// <summary>What was sent back.</summary>
/// <param name="Count">How many messages.</param>
public sealed record SentBackResponse(int Count);

/// <summary>
/// Lets a manager look at a process type's messages and do what the admin command <c>reprocess-errors</c> does. The System page asks;
/// no route leads here from outside, as a message says what its sender knew of a customer.
/// </summary>
internal static class MessagingEndpoints
{
    private const int Shown = 20;
    private const int MostShown = 100;

    public static void MapMessaging(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(ErrorQueues)))
        {
            return;
        }

        app.MapGet("/internal/messaging", Read).AllowRoles(Roles.Manager).ExcludeFromDescription();
        app.MapPost("/internal/messaging/send-back", SendBack).AllowRoles(Roles.Manager).ExcludeFromDescription();
    }

    private static async Task<IResult> Read(
        ErrorQueues errors,
        IOutbox outbox,
        IDocumentDatabase database,
        int? shown,
        CancellationToken cancellationToken
    )
    {
        var waiting = new OutboxResponse(
            await outbox.Backlog(OutboxBacklog.Bound, cancellationToken),
            OutboxBacklog.Bound,
            database is IDocumentTrail trail
                ? (await trail.Waiting(about: null, before: null, limit: 1, cancellationToken))
                    .Select(entry => (DateTimeOffset?)entry.StoredAt)
                    .FirstOrDefault()
                : null
        );
        if (!errors.AreThere)
        {
            return Results.Ok(new MessagingResponse(waiting, BrokerState.None, [], []));
        }

        try
        {
            var depths = await errors.Depths(cancellationToken);
            var limit = Math.Clamp(shown ?? Shown, 0, MostShown);
            var aside = limit > 0 && depths.Any(queue => queue.LaidAside > 0) ? await errors.Look(limit, cancellationToken) : [];
            return Results.Ok(new MessagingResponse(waiting, BrokerState.There, depths, aside));
        }
        catch (Exception e) when (IsAway(e))
        {
            return Results.Ok(new MessagingResponse(waiting, BrokerState.Unreachable, [], []));
        }
    }

    private static async Task<IResult> SendBack(ErrorQueues errors, CancellationToken cancellationToken)
    {
        if (!errors.AreThere)
        {
            return Results.Ok(new SentBackResponse(0));
        }

        try
        {
            var sent = await errors.SendBack(cancellationToken);
            return Results.Ok(new SentBackResponse(sent.Sum(each => each.Count)));
        }
        catch (Exception e) when (IsAway(e))
        {
            return Fault.Unavailable("The broker does not answer; what was not sent back lies where it lay.").ToProblem();
        }
    }

    private static bool IsAway(Exception exception) => exception is RabbitMQClientException or IOException;
}
