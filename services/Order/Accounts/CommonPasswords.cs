using System.Collections.Frozen;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>
/// Common passwords, which attackers try first (NIST SP 800-63B, 5.1.1.2). Shorter ones than the minimum length are left out.
/// </summary>
internal static class CommonPasswords
{
    private static readonly FrozenSet<string> All = """
        password password1 password12 password123 password1234 passw0rd p@ssword p@ssw0rd pa55word mypassword 12345678 123456789
        1234567890 87654321 987654321 0987654321 0123456789 11111111 00000000 88888888 99999999 12341234 11223344 12121212
        123123123 123321123 147258369 789456123 123456789a 12345678a a12345678 a123456789 1q2w3e4r 1q2w3e4r5t 1qaz2wsx qazwsxedc
        zaq12wsx q1w2e3r4 qwertyui qwertyuiop qwerty12 qwerty123 qwerty1234 qwertz123 asdfghjk asdfghjkl asdfasdf zxcvbnm1
        zxcvbnm123 abcdefgh abcd1234 abc12345 abc123456 a1b2c3d4 aa123456 aa12345678 asd12345 iloveyou iloveyou1 iloveyou2
        sunshine princess princess1 football football1 baseball superman batman123 trustno1 letmein1 letmein123 welcome1
        welcome123 admin123 admin1234 administrator changeme changeme1 changeit starwars whatever jennifer michelle computer
        internet corvette mercedes maverick midnight sweetheart butterfly charlie1 michael1 liverpool chocolate basketball
        samantha alexander elizabeth spiderman pokemon1 dragon123 monkey123 master123 shadow123 hello123 test1234 testtest
        secret123 qwer1234 pizzeria margherita pepperoni
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the password is in the list; case is ignored.</summary>
    public static bool Contains(string password) => All.Contains(password);
}
