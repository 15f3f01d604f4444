using System.Globalization;
using System.Net.Mail;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Working.Mail;

namespace MariosPizzeria.Working;

/// <summary>Attaches a process to a mail server.</summary>
public static class MailRegistration
{
    private const int SubmissionPort = 587;

    /// <summary>
    /// The server at <c>SMTP_HOST</c>, <c>SMTP_PORT</c> (587), as <c>SMTP_FROM</c>; with <c>SMTP_USER</c> and <c>SMTP_PASSWORD</c> where it
    /// wants them, and then encrypted (<c>SMTP_TLS</c> says otherwise). Without <c>SMTP_HOST</c> nothing is mailed.
    /// <c>Reports__MailTo</c> gets the daily report.
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

        var encrypted = user is not null;
        if (Text("SMTP_TLS") is { } tls && !bool.TryParse(tls, out encrypted))
        {
            builder.ReportFault("SMTP_TLS", "is neither true nor false");
        }

        return new(host, port, from, user, password, encrypted, Address("Reports:MailTo"));

        string? Text(string setting) => builder.Configuration[setting] is { Length: > 0 } text ? text : null;

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
