using System.Net.Mail;

namespace MariosPizzeria.Working.Mail;

/// <summary>The mail server, and who writes.</summary>
/// <param name="Host">Null where no mail is sent.</param>
/// <param name="Port">Where it takes mail from clients (RFC 6409: 587).</param>
/// <param name="From">The sender's address.</param>
/// <param name="User">Null where the server asks for no password.</param>
/// <param name="Password">The user's.</param>
/// <param name="StartTls">Whether the connection is encrypted before anything is said (RFC 3207).</param>
/// <param name="ReportsTo">Who gets the daily report; null for nobody.</param>
public sealed record MailOptions(
    string? Host,
    int Port,
    MailAddress? From,
    string? User,
    string? Password,
    bool StartTls,
    MailAddress? ReportsTo
)
{
    /// <summary>Whether mail is sent at all.</summary>
    public bool IsConfigured => Host is not null;
}
