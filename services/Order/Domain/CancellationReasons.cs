namespace MariosPizzeria.OrderService.Domain;

/// <summary>The reasons of cancellations that no user requested.</summary>
public static class CancellationReasons
{
    /// <summary>The provider refused the card.</summary>
    public const string PaymentDeclined = "payment_declined";

    /// <summary>The provider could not be reached for too long.</summary>
    public const string PaymentUnavailable = "payment_unavailable";

    /// <summary>No payment result arrived in time.</summary>
    public const string PaymentExpired = "payment_expired";

    /// <summary>All reasons.</summary>
    public static readonly IReadOnlyList<string> All = [PaymentDeclined, PaymentUnavailable, PaymentExpired];
}
