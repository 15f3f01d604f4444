using System.Text.Json.Serialization;

namespace MariosPizzeria.Contracts.Api;

/// <summary>Who wants to become a customer.</summary>
public sealed record RegisterRequest
{
    public string? Username { get; init; }
    public string? Password { get; init; }
    public string? Name { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }
}

/// <summary>An account as it is shown: nothing but who it is.</summary>
public sealed record UserResponse(string Id, string Username, string Name, IReadOnlyList<string> Roles);

/// <summary>A user name and a password.</summary>
public sealed record SignInRequest(string? Username, string? Password);

/// <summary>A token for a program (RFC 6749, 5.1).</summary>
/// <param name="AccessToken">To be sent as <c>Authorization: Bearer …</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds.</param>
public sealed record TokenResponse(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn
);

/// <summary>Whose username and password these are, for the gateway.</summary>
/// <param name="Id">The account's.</param>
/// <param name="Username">As stored.</param>
/// <param name="Name">The display name.</param>
/// <param name="Roles">What he may do.</param>
/// <param name="AccessVersion">What a session of now bears.</param>
public sealed record VerifiedResponse(string Id, string Username, string Name, IReadOnlyList<string> Roles, long AccessVersion);

/// <summary>What a customer says of himself. What is left out is forgotten; the name must be there.</summary>
public sealed record ProfileRequest(string? Name, string? Email, string? Phone, string? Address);

/// <summary>A customer's profile.</summary>
/// <param name="Name">As displayed.</param>
/// <param name="Email">Where mail goes; null where none was given.</param>
/// <param name="EmailConfirmed">Whether mail about orders goes there: not before the address is confirmed.</param>
/// <param name="Phone">Null where none was given.</param>
/// <param name="Address">Null where none was given.</param>
/// <param name="FavouritePizza">Name of the pizza ordered most; null where none was.</param>
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

/// <summary>What came by mail.</summary>
public sealed record ConfirmEmailRequest(string? Token);

/// <summary>Whether the customer has seen it.</summary>
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
);
