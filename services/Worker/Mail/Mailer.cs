using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MailAddress = System.Net.Mail.MailAddress;

namespace MariosPizzeria.Worker.Mail;

/// <summary>A message to one recipient.</summary>
/// <param name="Id">The same for the same message: the recipient's server can detect a duplicate (RFC 5322, 3.6.4).</param>
/// <param name="To">The recipient's address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text.</param>
public sealed record MailContent(string Id, string To, string Subject, string Text);

/// <summary>Sends messages.</summary>
public interface IMailer
{
    /// <summary>Sends a message.</summary>
    /// <returns>
    /// True if the server accepted it; false if the server reports that there is no such recipient, so that a retry would be useless.
    /// </returns>
    /// <exception cref="ServiceUnavailableException">The server does not respond, or refuses temporarily; to be retried.</exception>
    Task<bool> SendAsync(MailContent letter, CancellationToken cancellationToken);
}

/// <summary>
/// Sends messages to the mail server. The exceptions contain no address: the server's responses contain addresses, which would be logged.
/// </summary>
public sealed class Mailer(MailOptions options) : IMailer
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(20);

    public async Task<bool> SendAsync(MailContent letter, CancellationToken cancellationToken)
    {
        if (!MailAddress.TryCreate(letter.To, out var to))
        {
            return false;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(RequestTimeout);
        try
        {
            using var message = Write(letter, to);
            using var client = new SmtpClient
            {
                CheckCertificateRevocation = false,
                ServerCertificateValidationCallback = ValidateCertificate(),
            };
            await client.ConnectAsync(options.Host!, options.Port, options.Encryption, deadline.Token);
            if (options.User is not null)
            {
                await client.AuthenticateAsync(options.User, options.Password!, deadline.Token);
            }

            await client.SendAsync(message, deadline.Token);
            await client.DisconnectAsync(quit: true, CancellationToken.None);
            return true;
        }
        catch (SmtpCommandException e) when (e.ErrorCode == SmtpErrorCode.RecipientNotAccepted && IsPermanent(e.StatusCode))
        {
            return false;
        }
        catch (NotSupportedException) when (!to.Address.All(char.IsAscii))
        {
            // The address is not ASCII (RFC 6531), and the server does not support that.
            return false;
        }
        catch (SmtpCommandException e)
        {
            throw Refused($"{(int)e.StatusCode}");
        }
        catch (SocketException e)
        {
            throw Refused($"{e.SocketErrorCode}");
        }
        catch (Exception e)
            when (e is AuthenticationException or SslHandshakeException or SmtpProtocolException or IOException or NotSupportedException)
        {
            throw Refused(e.GetType().Name);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refused("no answer in time");
        }
    }

    private MimeMessage Write(MailContent letter, MailAddress to) =>
        new(
            [new MailboxAddress(options.From!.DisplayName, options.From.Address)],
            // Without a display name, because the account's owner may have entered any text as the name.
            [new MailboxAddress("", to.Address)],
            letter.Subject,
            new TextPart("plain") { Text = letter.Text, ContentTransferEncoding = ContentEncoding.QuotedPrintable }
        )
        {
            MessageId = $"{letter.Id}@{options.From.Host}",
            Headers = { { "Auto-Submitted", "auto-generated" } },
        };

    // Uses the default validation unless root certificates are configured; otherwise the certificate may also be issued by one of them, for
    // that host.
    private RemoteCertificateValidationCallback? ValidateCertificate() =>
        options.TrustedRoots is not { } roots
            ? null
            : (_, certificate, chain, errors) =>
                errors == SslPolicyErrors.None
                || (errors == SslPolicyErrors.RemoteCertificateChainErrors && IsIssuedBy(roots, (X509Certificate2)certificate!, chain!));

    private static bool IsIssuedBy(X509Certificate2Collection roots, X509Certificate2 certificate, X509Chain presented)
    {
        using var chain = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(element => element.Certificate).ToArray());
        return chain.Build(certificate);
    }

    // RFC 5321, 4.2.1: a 5xx reply to a recipient is final.
    private static bool IsPermanent(SmtpStatusCode code) => (int)code is >= 550 and < 560;

    private static ServiceUnavailableException Refused(string why) => new("smtp", new IOException($"A message was not accepted: {why}."));
}
