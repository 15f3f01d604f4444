using System.Text.RegularExpressions;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.OrderService.Features;

/// <summary>What a name, a phone number and an address look like: the same in an order and in an account.</summary>
internal static partial class CustomerRules
{
    public const string NameRule = "is a line of 1 to 100 characters, not all of them invisible";
    public const string PhoneRule = "has 7 to 20 digits, spaces, brackets or dashes, with a + in front or without";
    public const string AddressRule = "has 1 to 200 characters, not all of them invisible";

    private const int MaxEmail = 254;

    /// <summary>What a person says of himself in an account; all but the name may be left out.</summary>
    public static void Check(ValidationErrors errors, string? name, string? email, string? phone, string? address)
    {
        errors.Require(IsName(name), "name", NameRule);
        errors.Require(
            string.IsNullOrEmpty(email) || (email.Length <= MaxEmail && Email().IsMatch(email)),
            "email",
            "is an e-mail address"
        );
        errors.Require(string.IsNullOrEmpty(phone) || IsPhone(phone), "phone", PhoneRule);
        errors.Require(string.IsNullOrEmpty(address) || IsAddress(address), "address", AddressRule);
    }

    public static bool IsName(string? text) => PlainText.IsLine(text, maxLength: 100);

    public static bool IsPhone(string? text) => text is not null && Phone().IsMatch(text);

    public static bool IsAddress(string? text) => PlainText.IsText(text, maxLength: 200);

    [GeneratedRegex(@"^\+?[0-9 ()-]{7,20}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Phone();

    // Whether it exists only a message to it can tell; this keeps out what can't be one.
    [GeneratedRegex(@"^[^@\s]+@[^@\s]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Email();
}
