using System.Net.Mail;
using System.Security.Cryptography.X509Certificates;
using MailKit.Security;

namespace MariosPizzeria.Worker.Mail;

/// <summary>The mail server and the sender.</summary>
/// <param name="Host">Host name of the server; null if no mail is sent.</param>
/// <param name="Port">The port for mail from clients (RFC 6409: 587).</param>
/// <param name="From">The sender's address.</param>
/// <param name="ReportsTo">The recipient of the daily report; null for none.</param>
public sealed record MailOptions(string? Host, int Port, MailAddress? From, MailAddress? ReportsTo)
{
    /// <summary>The maximum number of mails to one account's address in an hour; 0 for no limit.</summary>
    public int PerAccountPerHour { get; init; }

    /// <summary>The address of the site, for links; null if it is not configured.</summary>
    public Uri? SiteAddress { get; init; }

    /// <summary>The user name; null if the server requires no password.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>Whether and when the connection is encrypted. If encryption is configured and not possible, nothing is sent.</summary>
    public SecureSocketOptions Encryption { get; init; }

    /// <summary>Additional trusted root certificates, besides those of the system; null for none.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Whether mail is sent at all.</summary>
    public bool IsConfigured => Host is not null;
}
