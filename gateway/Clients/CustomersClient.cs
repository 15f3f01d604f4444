using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>What the Order service keeps about a customer, as pages use it.</summary>
internal sealed class CustomersClient(HttpClient http, Visitor visitor)
{
    /// <summary>Makes an account, or <c>validation</c>, <c>already-exists</c>.</summary>
    public Task<Outcome<UserResponse>> Register(RegisterRequest account, CancellationToken cancellationToken) =>
        http.Post<UserResponse>(visitor, "api/auth/register", account, key: null, cancellationToken);

    /// <summary>The visitor's own data.</summary>
    public Task<Outcome<ProfileResponse>> Profile(CancellationToken cancellationToken) =>
        http.Get<ProfileResponse>(visitor, "api/profile", cancellationToken);

    /// <summary>Replaces the visitor's own data, or <c>validation</c>.</summary>
    public Task<Outcome<ProfileResponse>> Change(ProfileRequest change, CancellationToken cancellationToken) =>
        http.Put<ProfileResponse>(visitor, "api/profile", change, cancellationToken);

    /// <summary>Confirms an e-mail address, or says why not; null where that was done.</summary>
    public async Task<Fault?> ConfirmEmail(string? token, CancellationToken cancellationToken) =>
        (await http.Post<object?>(visitor, "api/profile/email/confirm", new { token }, key: null, cancellationToken)).Fault;

    /// <summary>Ends every session and token of the visitor.</summary>
    public Task<Outcome<object?>> SignOutEverywhereAsync(CancellationToken cancellationToken) =>
        http.Post<object?>(visitor, "api/auth/logout/everywhere", body: null, key: null, cancellationToken);

    /// <summary>What the visitor was told, newest first.</summary>
    public Task<Outcome<ItemsResponse<NotificationResponse>>> Notifications(CancellationToken cancellationToken) =>
        http.Get<ItemsResponse<NotificationResponse>>(visitor, "api/notifications", cancellationToken);

    /// <summary>The visitor has seen a notification.</summary>
    public Task<Outcome<NotificationResponse>> Read(string id, CancellationToken cancellationToken) => Mark(id, "read", cancellationToken);

    /// <summary>The visitor wants to see a notification no more.</summary>
    public Task<Outcome<NotificationResponse>> Dismiss(string id, CancellationToken cancellationToken) =>
        Mark(id, "dismiss", cancellationToken);

    private Task<Outcome<NotificationResponse>> Mark(string id, string how, CancellationToken cancellationToken) =>
        http.Post<NotificationResponse>(
            visitor,
            $"api/notifications/{Uri.EscapeDataString(id)}/{how}",
            body: null,
            key: Guid.NewGuid().ToString("N"),
            cancellationToken
        );
}
