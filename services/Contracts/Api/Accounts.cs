using System.Text.Json.Serialization;

namespace MariosPizzeria.Contracts.Api;

/// <summary>The data of a new customer account.</summary>
public sealed record RegisterRequest
{
    public string? Username { get; init; }
    public string? Password { get; init; }
    public string? Name { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }
}

/// <summary>An account as the API shows it: its identity and its roles.</summary>
public sealed record UserResponse(string Id, string Username, string Name, IReadOnlyList<string> Roles);

/// <summary>A user name and a password.</summary>
public sealed record SignInRequest(string? Username, string? Password);

/// <summary>A token for a program (RFC 6749, 5.1).</summary>
/// <param name="AccessToken">The access token, sent as <c>Authorization: Bearer …</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">The token's lifetime in seconds.</param>
public sealed record TokenResponse(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn
);

/// <summary>The account that a username and a password belong to, for the gateway.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Username">The username, as stored.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">The account's roles.</param>
/// <param name="AccessVersion">The account's access version, which a new session stores.</param>
public sealed record VerifiedResponse(string Id, string Username, string Name, IReadOnlyList<string> Roles, long AccessVersion);

/// <summary>The profile data that a customer sets. A field that is left out is deleted; the name is required.</summary>
public sealed record ProfileRequest(string? Name, string? Email, string? Phone, string? Address);

/// <summary>A customer's profile.</summary>
/// <param name="Name">The display name.</param>
/// <param name="Email">The e-mail address; null if none was given.</param>
/// <param name="EmailConfirmed">Whether the address is confirmed. Mail about orders is sent only to a confirmed address.</param>
/// <param name="Phone">The phone number; null if none was given.</param>
/// <param name="Address">The address; null if none was given.</param>
/// <param name="FavouritePizza">Name of the pizza ordered most; null if none was ordered.</param>
/// <param name="ActiveOrders">Orders that are neither delivered nor cancelled, newest first.</param>
public sealed record ProfileResponse(
    string Name,
    string? Email,
    bool EmailConfirmed,
    string? Phone,
    string? Address,
    string? FavouritePizza,
    IReadOnlyList<OrderResponse> ActiveOrders
);

/// <summary>The confirmation token that was sent by mail.</summary>
public sealed record ConfirmEmailRequest(string? Token);

/// <summary>Whether the customer has seen the notification.</summary>
public enum NotificationStatus
{
    Unread,
    Read,
    Dismissed,
}

/// <summary>A notification as the API shows it.</summary>
public sealed record NotificationResponse(
    string Id,
    string? OrderId,
    string Type,
    string Title,
    string Message,
    NotificationStatus Status,
    DateTimeOffset CreatedAt
)
{
    /// <summary>
    /// The order's number within its day; null if the notification is about no order, or about an order without a number.
    /// </summary>
    public int? Number { get; init; }
}
