using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit.Security;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.Worker.Mail;

namespace MariosPizzeria.Worker;

/// <summary>Registers the mail server.</summary>
public static class MailRegistration
{
    private const int SubmissionPort = 587;
    private const int EncryptedPort = 465;
    private const int DefaultPerAccountPerHour = 20;

    /// <summary>
    /// Registers the server at <c>SMTP_HOST</c>, <c>SMTP_PORT</c> (587), with the sender <c>SMTP_FROM</c>; with <c>SMTP_USER</c> and
    /// <c>SMTP_PASSWORD</c> if it requires them, and then encrypted (<c>SMTP_TLS</c> selects how, <c>SMTP_CA_FILE</c> the trusted
    /// certificates). Without <c>SMTP_HOST</c> no mail is sent. <c>Reports__MailTo</c> receives the daily report.
    /// <c>Mail__PerAccountPerHour</c> (20) limits the mails to one account; <c>Mail__SiteAddress</c> is the address for links.
    /// </summary>
    public static WebApplicationBuilder AddMail(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(Read(builder));
        builder.Services.AddSingleton<IMailer, Mailer>();
        builder.Services.AddSingleton<OnceOnlyMailer>();
        builder.Services.AddSingleton<MailLimit>();
        builder.Services.AddSingleton<EmailToken>();
        builder.Services.AddSingleton<ConfirmationMail>();
        return builder;
    }

    private static MailOptions Read(WebApplicationBuilder builder)
    {
        var (host, user, password) = (Text("SMTP_HOST"), Text("SMTP_USER"), Text("SMTP_PASSWORD"));
        var from = Address("SMTP_FROM");
        var port = builder.ReadNumber("SMTP_PORT", SubmissionPort, least: 1, ushort.MaxValue);
        if (host is not null && Text("SMTP_FROM") is null)
        {
            builder.ReportError("SMTP_FROM", "is required where SMTP_HOST is set");
        }

        if (user is null != password is null)
        {
            builder.ReportError(user is null ? "SMTP_USER" : "SMTP_PASSWORD", "is required where the other of the two is set");
        }

        return new(host, port, from, Address("Reports:MailTo"))
        {
            PerAccountPerHour = builder.ReadNumber("Mail:PerAccountPerHour", DefaultPerAccountPerHour, least: 0, int.MaxValue),
            SiteAddress = SiteAddress(),
            User = user,
            Password = password,
            Encryption = Encryption(),
            TrustedRoots = Roots(),
        };

        string? Text(string setting) => builder.Configuration[setting] is { Length: > 0 } text ? text : null;

        Uri? SiteAddress() =>
            builder.Read(
                "Mail:SiteAddress",
                otherwise: null,
                (string text, out Uri? address) =>
                    Uri.TryCreate(text, UriKind.Absolute, out address) && address.Scheme is "http" or "https",
                "is not an http:// or https:// address"
            );

        SecureSocketOptions Encryption()
        {
            switch (Text("SMTP_TLS"))
            {
                case null:
                    return port == EncryptedPort ? SecureSocketOptions.SslOnConnect
                        : user is null ? SecureSocketOptions.None
                        : SecureSocketOptions.StartTls;
                case "starttls":
                    return SecureSocketOptions.StartTls;
                case "implicit":
                    return SecureSocketOptions.SslOnConnect;
                case "none" when user is null:
                    return SecureSocketOptions.None;
                case "none":
                    builder.ReportError("SMTP_TLS", "is none, so SMTP_PASSWORD would be sent unencrypted");
                    return SecureSocketOptions.StartTls;
                default:
                    builder.ReportError("SMTP_TLS", "is not one of starttls, implicit, none");
                    return SecureSocketOptions.StartTls;
            }
        }

        X509Certificate2Collection? Roots()
        {
            if (Text("SMTP_CA_FILE") is not { } file)
            {
                return null;
            }

            var roots = new X509Certificate2Collection();
            try
            {
                roots.ImportFromPemFile(file);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                // Reported below, like a file without a certificate.
            }

            if (roots.Count == 0)
            {
                builder.ReportError("SMTP_CA_FILE", "is not a file of certificates (PEM)");
            }

            return roots;
        }

        MailAddress? Address(string setting) =>
            builder.Read<MailAddress?>(setting, otherwise: null, MailAddress.TryCreate, "is not an e-mail address");
    }
}
