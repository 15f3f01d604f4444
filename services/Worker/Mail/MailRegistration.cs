using System.Globalization;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit.Security;
using MariosPizzeria.OrderService.Accounts;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Worker.Mail;

namespace MariosPizzeria.Worker;

/// <summary>Attaches a process to a mail server.</summary>
public static class MailRegistration
{
    private const int SubmissionPort = 587;
    private const int EncryptedPort = 465;
    private const int DefaultPerAccountPerHour = 20;

    /// <summary>
    /// The server at <c>SMTP_HOST</c>, <c>SMTP_PORT</c> (587), as <c>SMTP_FROM</c>; with <c>SMTP_USER</c> and <c>SMTP_PASSWORD</c> where it
    /// wants them, and then encrypted (<c>SMTP_TLS</c> says how, <c>SMTP_CA_FILE</c> by whose certificate). Without <c>SMTP_HOST</c>
    /// nothing is mailed. <c>Reports__MailTo</c> gets the daily report. <c>Mail__PerAccountPerHour</c> (20) bounds what one account is sent;
    /// <c>Mail__SiteAddress</c> is where links lead.
    /// </summary>
    public static WebApplicationBuilder AddMail(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(Read(builder));
        builder.Services.AddSingleton<Mailer>();
        builder.Services.AddSingleton<MailOnce>();
        builder.Services.AddSingleton<MailLimit>();
        builder.Services.AddSingleton<EmailToken>();
        builder.Services.AddSingleton<ConfirmationMail>();
        return builder;
    }

    private static MailOptions Read(WebApplicationBuilder builder)
    {
        var (host, user, password) = (Text("SMTP_HOST"), Text("SMTP_USER"), Text("SMTP_PASSWORD"));
        var from = Address("SMTP_FROM");
        var port = SubmissionPort;
        if (
            Text("SMTP_PORT") is { } number
            && !(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue)
        )
        {
            builder.ReportFault("SMTP_PORT", "is not a port number");
        }

        if (host is not null && Text("SMTP_FROM") is null)
        {
            builder.ReportFault("SMTP_FROM", "is required where SMTP_HOST is set");
        }

        if (user is null != password is null)
        {
            builder.ReportFault(user is null ? "SMTP_USER" : "SMTP_PASSWORD", "is required where the other of the two is set");
        }

        return new(host, port, from, Address("Reports:MailTo"))
        {
            PerAccountPerHour = PerAccountPerHour(),
            SiteAddress = SiteAddress(),
            User = user,
            Password = password,
            Encryption = Encryption(),
            TrustedRoots = Roots(),
        };

        string? Text(string setting) => builder.Configuration[setting] is { Length: > 0 } text ? text : null;

        int PerAccountPerHour()
        {
            if (Text("Mail:PerAccountPerHour") is not { } text)
            {
                return DefaultPerAccountPerHour;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most))
            {
                return most;
            }

            builder.ReportFault("Mail__PerAccountPerHour", "is not a whole number from 0 (no limit) up");
            return DefaultPerAccountPerHour;
        }

        Uri? SiteAddress()
        {
            if (Text("Mail:SiteAddress") is not { } text)
            {
                return null;
            }

            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                return address;
            }

            builder.ReportFault("Mail__SiteAddress", "is not an http:// or https:// address");
            return null;
        }

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
                    builder.ReportFault("SMTP_TLS", "is none, and SMTP_PASSWORD would be sent for all to read");
                    return SecureSocketOptions.StartTls;
                default:
                    builder.ReportFault("SMTP_TLS", "is none of starttls, implicit and none");
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
                // Told below, as for a file without a certificate.
            }

            if (roots.Count == 0)
            {
                builder.ReportFault("SMTP_CA_FILE", "is no file of certificates (PEM)");
            }

            return roots;
        }

        MailAddress? Address(string setting)
        {
            if (Text(setting) is not { } text)
            {
                return null;
            }

            if (MailAddress.TryCreate(text, out var address))
            {
                return address;
            }

            builder.ReportFault(setting.Replace(":", "__", StringComparison.Ordinal), "is not an e-mail address");
            return null;
        }
    }
}
