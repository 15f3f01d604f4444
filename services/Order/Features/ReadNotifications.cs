using System.Security.Claims;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Lists and marks a customer's own notifications; for a manager also those that are addressed to all managers.</summary>
public sealed class ReadNotifications(IRepository<Notification> notifications)
{
    private const int MaxListed = 100;

    /// <summary>The notifications of the caller, newest first, at most 100.</summary>
    public static async Task<IResult> Get(IRepository<Notification> notifications, HttpContext http, CancellationToken cancellationToken)
    {
        var own = await notifications.ListAsync(
            Query<Notification>
                .All.Where(OrderDocuments.ForCustomer, AddressesOf(http.User))
                .NewestFirst(OrderDocuments.NotifiedAt)
                .First(MaxListed),
            cancellationToken
        );
        return Results.Ok(new ItemsResponse<NotificationResponse>([.. own.Select(NotificationResponse.Of)]));
    }

    /// <summary>Marks a notification as read.</summary>
    public static async Task<IResult> PostRead(
        string id,
        ReadNotifications handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await handler.Handle(id, http.User, notification => notification.Read(), cancellationToken)).ToOk(NotificationResponse.Of);

    /// <summary>Dismisses a notification.</summary>
    public static async Task<IResult> PostDismiss(
        string id,
        ReadNotifications handler,
        HttpContext http,
        CancellationToken cancellationToken
    ) => (await handler.Handle(id, http.User, notification => notification.Dismiss(), cancellationToken)).ToOk(NotificationResponse.Of);

    private static string[] AddressesOf(ClaimsPrincipal user) =>
        user.IsInRole(Roles.Manager) ? [user.Id(), Notification.ToManagers] : [user.Id()];

    /// <summary>Marks a notification of the user; <c>not-found</c> if it belongs to another user.</summary>
    public Task<Result<Notification>> Handle(
        string id,
        ClaimsPrincipal user,
        Func<Notification, bool> mark,
        CancellationToken cancellationToken
    ) =>
        notifications.UpdateAsync(
            id,
            notification =>
                AddressesOf(user).Contains(notification.CustomerId, StringComparer.Ordinal)
                    ? mark(notification)
                    : Error.NotFound("notification", id),
            handled: null,
            cancellationToken
        );
}

internal static class NotificationResponses
{
    extension(NotificationResponse)
    {
        /// <summary>Maps a notification to a response, without its recipient.</summary>
        public static NotificationResponse Of(Notification notification) =>
            new(
                notification.Id,
                notification.OrderId,
                notification.Type,
                notification.Title,
                notification.Message,
                notification.Status,
                notification.CreatedAt
            )
            {
                Number = notification.Number,
            };
    }
}
