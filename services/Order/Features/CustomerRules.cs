using System.Text.RegularExpressions;

namespace MariosPizzeria.Ordering.Features;

/// <summary>What a name, a phone number and an address look like: the same in an order and in an account.</summary>
internal static partial class CustomerRules
{
    public const string NameRule = "has 1 to 100 characters";
    public const string PhoneRule = "has 7 to 20 digits, spaces, brackets or dashes, with a + in front or without";
    public const string AddressRule = "has 1 to 200 characters";

    public static bool IsName(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= 100;

    public static bool IsPhone(string? text) => text is not null && Phone().IsMatch(text);

    public static bool IsAddress(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= 200;

    [GeneratedRegex(@"^\+?[0-9 ()-]{7,20}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Phone();
}
