using System.Net.Mail;
using System.Security.Cryptography.X509Certificates;
using MailKit.Security;

namespace MariosPizzeria.Worker.Mail;

/// <summary>The mail server, and who writes.</summary>
/// <param name="Host">Null where no mail is sent.</param>
/// <param name="Port">Where it takes mail from clients (RFC 6409: 587).</param>
/// <param name="From">The sender's address.</param>
/// <param name="ReportsTo">Who gets the daily report; null for nobody.</param>
public sealed record MailOptions(string? Host, int Port, MailAddress? From, MailAddress? ReportsTo)
{
    /// <summary>The most that one account has sent to its address in an hour; 0 is no limit.</summary>
    public int PerAccountPerHour { get; init; }

    /// <summary>Where the pages are, for links; null where nobody said.</summary>
    public Uri? SiteAddress { get; init; }

    /// <summary>Null where the server asks for no password.</summary>
    public string? User { get; init; }

    /// <summary>The user's.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the connection is encrypted, and from when on. Where it is to be and can't be, nothing is sent.</summary>
    public SecureSocketOptions Encryption { get; init; }

    /// <summary>Whose certificates are believed besides those that the system believes; null for nobody's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Whether mail is sent at all.</summary>
    public bool IsConfigured => Host is not null;
}
