using System.Text.RegularExpressions;

namespace MariosPizzeria.OrderService.Features;

/// <summary>The rules for names, phone numbers and addresses, in orders and in accounts.</summary>
internal static partial class CustomerValidation
{
    public const string NameRule = "must be one line of 1 to 100 characters, at least one visible";
    public const string PhoneRule = "must have 7 to 20 digits, spaces, brackets or dashes, with or without a leading +";
    public const string AddressRule = "must have 1 to 200 characters, at least one visible";

    public const string EmailRule = "must be an e-mail address";

    private const int MaxEmail = 254;

    /// <summary>Checks the personal data of an account; all fields but the name are optional.</summary>
    public static void Check(ValidationErrors errors, string? name, string? email, string? phone, string? address)
    {
        errors.Require(IsName(name), "name", NameRule);
        errors.Require(string.IsNullOrEmpty(email) || IsEmail(email), "email", EmailRule);
        errors.Require(string.IsNullOrEmpty(phone) || IsPhone(phone), "phone", PhoneRule);
        errors.Require(string.IsNullOrEmpty(address) || IsAddress(address), "address", AddressRule);
    }

    public static bool IsName(string? text) => PlainText.IsLine(text, maxLength: 100);

    public static bool IsEmail(string text) => text.Length <= MaxEmail && Email().IsMatch(text);

    public static bool IsPhone(string? text) => text is not null && Phone().IsMatch(text);

    public static bool IsAddress(string? text) => PlainText.IsText(text, maxLength: 200);

    [GeneratedRegex(@"^\+?[0-9 ()-]{7,20}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Phone();

    // Rejects what cannot be an address; only a message to it shows whether it exists.
    [GeneratedRegex(@"^[^@\s]+@[^@\s]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Email();
}
