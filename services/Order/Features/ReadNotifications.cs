using System.Security.Claims;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Features;

/// <summary>A customer's own notifications; a manager also sees, and marks, what is addressed to all managers.</summary>
public sealed class ReadNotifications(IRepository<Notification> notifications)
{
    private const int Most = 100;

    /// <summary>GET /api/notifications: the newest hundred.</summary>
    public static async Task<IResult> Get(IRepository<Notification> notifications, HttpContext http, CancellationToken cancellationToken)
    {
        var own = await notifications.List(
            Query<Notification>
                .All.Where(OrderDocuments.ForCustomer, AddressesOf(http.User))
                .NewestFirst(OrderDocuments.NotifiedAt)
                .First(Most),
            cancellationToken
        );
        return Results.Ok(new ItemsResponse<NotificationResponse>([.. own.Select(NotificationResponse.Of)]));
    }

    /// <summary>POST /api/notifications/{id}/read.</summary>
    public static async Task<IResult> PostRead(
        string id,
        ReadNotifications handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await handler.Handle(id, http.User, notification => notification.Read(), cancellationToken)).ToOk(NotificationResponse.Of);

    /// <summary>POST /api/notifications/{id}/dismiss.</summary>
    public static async Task<IResult> PostDismiss(
        string id,
        ReadNotifications handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await handler.Handle(id, http.User, notification => notification.Dismiss(), cancellationToken)).ToOk(NotificationResponse.Of);

    private static string[] AddressesOf(ClaimsPrincipal user) =>
        user.IsInRole(Roles.Manager) ? [user.Id(), Notification.ToManagers] : [user.Id()];

    /// <summary>Marks one's own; another's is not found.</summary>
    public Task<Outcome<Notification>> Handle(
        string id,
        ClaimsPrincipal user,
        Func<Notification, bool> mark,
        CancellationToken cancellationToken
    ) =>
        notifications.Update(
            id,
            notification =>
                AddressesOf(user).Contains(notification.CustomerId, StringComparer.Ordinal)
                    ? mark(notification)
                    : Fault.NotFound("notification", id),
            handled: null,
            cancellationToken
        );
}

/// <summary>Shows notifications.</summary>
internal static class NotificationResponses
{
    extension(NotificationResponse)
    {
        /// <summary>The document, without whose it is.</summary>
        public static NotificationResponse Of(Notification notification) =>
            new(
                notification.Id,
                notification.OrderId,
                notification.Type,
                notification.Title,
                notification.Message,
                notification.Status,
                notification.CreatedAt
            );
    }
}
