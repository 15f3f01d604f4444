using System.Text.Json.Serialization;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Web;

namespace MariosPizzeria.Gateway.Clients;

/// <summary>What the Order service keeps about a customer, as pages use it.</summary>
internal sealed class CustomersClient(HttpClient http, Visitor visitor)
{
    /// <summary>Makes an account, or <c>validation</c>, <c>already-exists</c>.</summary>
    public Task<Outcome<Account>> Register(NewAccount account, CancellationToken cancellationToken) =>
        http.Post<Account>(visitor, "api/auth/register", account, key: null, cancellationToken);

    /// <summary>The visitor's own data.</summary>
    public Task<Outcome<Profile>> Profile(CancellationToken cancellationToken) =>
        http.Get<Profile>(visitor, "api/profile", cancellationToken);

    /// <summary>Replaces the visitor's own data, or <c>validation</c>.</summary>
    public Task<Outcome<Profile>> Change(ProfileChange change, CancellationToken cancellationToken) =>
        http.Put<Profile>(visitor, "api/profile", change, cancellationToken);

    /// <summary>Confirms an e-mail address, or says why not; null where that was done.</summary>
    public async Task<Fault?> ConfirmEmail(string? token, CancellationToken cancellationToken) =>
        (await http.Post<object?>(visitor, "api/profile/email/confirm", new { token }, key: null, cancellationToken)).Fault;

    /// <summary>Ends every session and token of the visitor.</summary>
    public Task<Outcome<object?>> SignOutEverywhereAsync(CancellationToken cancellationToken) =>
        http.Post<object?>(visitor, "api/auth/logout/everywhere", body: null, key: null, cancellationToken);

    /// <summary>What the visitor was told, newest first.</summary>
    public Task<Outcome<Items<Notification>>> Notifications(CancellationToken cancellationToken) =>
        http.Get<Items<Notification>>(visitor, "api/notifications", cancellationToken);

    /// <summary>The visitor has seen a notification.</summary>
    public Task<Outcome<Notification>> Read(string id, CancellationToken cancellationToken) => Mark(id, "read", cancellationToken);

    /// <summary>The visitor wants to see a notification no more.</summary>
    public Task<Outcome<Notification>> Dismiss(string id, CancellationToken cancellationToken) => Mark(id, "dismiss", cancellationToken);

    private Task<Outcome<Notification>> Mark(string id, string how, CancellationToken cancellationToken) =>
        http.Post<Notification>(
            visitor,
            $"api/notifications/{Uri.EscapeDataString(id)}/{how}",
            body: null,
            key: Guid.NewGuid().ToString("N"),
            cancellationToken
        );
}

/// <summary>Who wants to become a customer.</summary>
internal sealed record NewAccount(string? Username, string? Password, string? Name, string? Email, string? Phone, string? Address);

/// <summary>An account that was made.</summary>
internal sealed record Account(string Id, string Username, string Name);

/// <summary>A customer's own data.</summary>
internal sealed record Profile
{
    public string? Name { get; init; }
    public string? Email { get; init; }

    /// <summary>Whether mail about orders goes there.</summary>
    public bool EmailConfirmed { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }

    /// <summary>The pizza ordered most.</summary>
    public string? FavouritePizza { get; init; }
}

/// <summary>What of it a customer may change.</summary>
internal sealed record ProfileChange(string? Name, string? Email, string? Phone, string? Address);

/// <summary>A list as the API has it.</summary>
internal sealed record Items<T>([property: JsonPropertyName("items")] IReadOnlyList<T> All);

/// <summary>What has become of a notification.</summary>
internal enum NotificationStatus
{
    Unread,
    Read,
    Dismissed,
}

/// <summary>Something a customer should know about an order.</summary>
internal sealed record Notification(
    string Id,
    string OrderId,
    string Type,
    string Title,
    string Message,
    NotificationStatus Status,
    DateTimeOffset CreatedAt
);
