using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using MariosPizzeria.ServiceDefaults.Clients;
using MimeKit;
using MailAddress = System.Net.Mail.MailAddress;

namespace MariosPizzeria.Worker.Mail;

/// <summary>One message to one reader.</summary>
/// <param name="Id">The same for the same message: a reader's server that gets it twice can tell (RFC 5322, 3.6.4).</param>
/// <param name="To">The reader's address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text.</param>
public sealed record Letter(string Id, string To, string Subject, string Text);

/// <summary>
/// Hands messages to the mail server. Nothing of what it throws bears an address: the server's answers do, and would end in a log.
/// </summary>
public sealed class Mailer(MailOptions options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Sends it.</summary>
    /// <returns>True once the server has it; false if there is no such reader, for good.</returns>
    /// <exception cref="ServiceUnavailableException">The server does not answer or refuses for now; to be tried again.</exception>
    public async Task<bool> Send(Letter letter, CancellationToken cancellationToken)
    {
        if (!MailAddress.TryCreate(letter.To, out var to))
        {
            return false;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var message = Write(letter, to);
            using var client = new SmtpClient { CheckCertificateRevocation = false, ServerCertificateValidationCallback = Trust() };
            await client.ConnectAsync(options.Host!, options.Port, options.Encryption, patience.Token);
            if (options.User is not null)
            {
                await client.AuthenticateAsync(options.User, options.Password!, patience.Token);
            }

            await client.SendAsync(message, patience.Token);
            await client.DisconnectAsync(quit: true, CancellationToken.None);
            return true;
        }
        catch (SmtpCommandException e) when (e.ErrorCode == SmtpErrorCode.RecipientNotAccepted && IsForGood(e.StatusCode))
        {
            return false;
        }
        catch (NotSupportedException) when (!to.Address.All(char.IsAscii))
        {
            // An address beyond ASCII (RFC 6531), and a server that knows none.
            return false;
        }
        catch (SmtpCommandException e)
        {
            throw NotTaken($"{(int)e.StatusCode}");
        }
        catch (SocketException e)
        {
            throw NotTaken($"{e.SocketErrorCode}");
        }
        catch (Exception e)
            when (e is AuthenticationException or SslHandshakeException or SmtpProtocolException or IOException or NotSupportedException)
        {
            throw NotTaken(e.GetType().Name);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotTaken("no answer in time");
        }
    }

    private MimeMessage Write(Letter letter, MailAddress to) =>
        new(
            [new MailboxAddress(options.From!.DisplayName, options.From.Address)],
            // Without a name: who typed the address may have typed anything as its name.
            [new MailboxAddress("", to.Address)],
            letter.Subject,
            new TextPart("plain") { Text = letter.Text, ContentTransferEncoding = ContentEncoding.QuotedPrintable }
        )
        {
            MessageId = $"{letter.Id}@{options.From.Host}",
            Headers = { { "Auto-Submitted", "auto-generated" } },
        };

    // As ever where nobody names an authority of his own; else the certificate must be one of that authority's, for that host.
    private RemoteCertificateValidationCallback? Trust() =>
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

    // RFC 5321, 4.2.1: an answer of the five hundreds to a recipient is final.
    private static bool IsForGood(SmtpStatusCode code) => (int)code is >= 550 and < 560;

    private static ServiceUnavailableException NotTaken(string why) => new("smtp", new IOException($"A message was not taken: {why}."));
}
