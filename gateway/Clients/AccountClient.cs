namespace MariosPizzeria.Gateway.Clients;

/// <summary>Calls the Order service's endpoints for accounts, profiles and notifications.</summary>
internal sealed class AccountClient(HttpClient http, Visitor visitor)
{
    /// <summary>Creates an account. Fails with <c>validation</c> or <c>already-exists</c>.</summary>
    public Task<Result<UserResponse>> RegisterAsync(RegisterRequest account, CancellationToken cancellationToken) =>
        http.PostAsync<UserResponse>(visitor, "api/auth/register", account, key: null, cancellationToken);

    public Task<Result<ProfileResponse>> ProfileAsync(CancellationToken cancellationToken) =>
        http.GetAsync<ProfileResponse>(visitor, "api/profile", cancellationToken);

    /// <summary>Replaces the visitor's own profile. Fails with <c>validation</c>.</summary>
    public Task<Result<ProfileResponse>> ChangeAsync(ProfileRequest change, CancellationToken cancellationToken) =>
        http.PutAsync<ProfileResponse>(visitor, "api/profile", change, cancellationToken);

    /// <summary>Confirms an e-mail address. Returns null on success, otherwise the error.</summary>
    public async Task<Error?> ConfirmEmailAsync(string? token, CancellationToken cancellationToken) =>
        (await http.PostAsync<object?>(visitor, "api/profile/email/confirm", new { token }, key: null, cancellationToken)).Error;

    public Task<Result<object?>> SignOutEverywhereAsync(CancellationToken cancellationToken) =>
        http.PostAsync<object?>(visitor, "api/auth/logout/everywhere", body: null, key: null, cancellationToken);

    /// <summary>Returns the visitor's notifications, newest first.</summary>
    public Task<Result<ItemsResponse<NotificationResponse>>> NotificationsAsync(CancellationToken cancellationToken) =>
        http.GetAsync<ItemsResponse<NotificationResponse>>(visitor, "api/notifications", cancellationToken);

    /// <summary>Marks a notification as read.</summary>
    public Task<Result<NotificationResponse>> ReadAsync(string id, CancellationToken cancellationToken) =>
        MarkAsync(id, "read", cancellationToken);

    /// <summary>Dismisses a notification, so that it is not shown again.</summary>
    public Task<Result<NotificationResponse>> DismissAsync(string id, CancellationToken cancellationToken) =>
        MarkAsync(id, "dismiss", cancellationToken);

    private Task<Result<NotificationResponse>> MarkAsync(string id, string how, CancellationToken cancellationToken) =>
        http.PostAsync<NotificationResponse>(
            visitor,
            $"api/notifications/{Uri.EscapeDataString(id)}/{how}",
            body: null,
            key: Guid.NewGuid().ToString("N"),
            cancellationToken
        );
}
