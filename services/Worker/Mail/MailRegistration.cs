using System.Globalization;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailKit.Security;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Working.Mail;

namespace MariosPizzeria.Working;

/// <summary>Attaches a process to a mail server.</summary>
public static class MailRegistration
{
    private const int SubmissionPort = 587;
    private const int EncryptedPort = 465;

    /// <summary>
    /// The server at <c>SMTP_HOST</c>, <c>SMTP_PORT</c> (587), as <c>SMTP_FROM</c>; with <c>SMTP_USER</c> and <c>SMTP_PASSWORD</c> where it
    /// wants them, and then encrypted (<c>SMTP_TLS</c> says how, <c>SMTP_CA_FILE</c> by whose certificate). Without <c>SMTP_HOST</c>
    /// nothing is mailed. <c>Reports__MailTo</c> gets the daily report.
    /// </summary>
    public static WebApplicationBuilder AddMail(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(Read(builder));
        builder.Services.AddSingleton<Mailer>();
        builder.Services.AddSingleton<MailOnce>();
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
            User = user,
            Password = password,
            Encryption = Encryption(),
            TrustedRoots = Roots(),
        };

        string? Text(string setting) => builder.Configuration[setting] is { Length: > 0 } text ? text : null;

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
