namespace MariosPizzeria.OrderService.Domain;

/// <summary>The transfer of a guest's order to an account.</summary>
public sealed partial class Order
{
    /// <summary>Returns the customer id of a guest's order, which is used instead of an account id. It is unique to the order.</summary>
    public static string GuestOf(string orderId) => $"guest:{orderId}";

    /// <summary>Moves a guest's order to an account. Idempotent; the order of another account is not moved.</summary>
    /// <returns>Whether the order was moved; <c>illegal-transition</c> if it belongs to another account.</returns>
    public Result<bool> KeepFor(string accountId)
    {
        if (string.Equals(Customer.Id, accountId, StringComparison.Ordinal))
        {
            return false;
        }

        if (!string.Equals(Customer.Id, GuestOf(Id), StringComparison.Ordinal))
        {
            return Error.IllegalTransition("The order is in another account already.");
        }

        Customer = Customer with { Id = accountId };
        return true;
    }
}
