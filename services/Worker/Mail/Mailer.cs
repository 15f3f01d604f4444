using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Working.Mail;

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

        using var message = new MailMessage(options.From!, to)
        {
            Subject = letter.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = letter.Text,
            BodyEncoding = Encoding.UTF8,
            BodyTransferEncoding = TransferEncoding.QuotedPrintable,
            Headers = { { "Message-ID", $"<{letter.Id}@{options.From!.Host}>" }, { "Auto-Submitted", "auto-generated" } },
        };

        // The client's own time limit does not hold for asynchronous calls.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new SmtpClient(options.Host, options.Port)
            {
                EnableSsl = options.StartTls,
                Credentials = options.User is null ? null : new NetworkCredential(options.User, options.Password),
            };
            await client.SendMailAsync(message, patience.Token);
            return true;
        }
        catch (SmtpFailedRecipientException e) when (IsForGood(e.StatusCode))
        {
            return false;
        }
        catch (SmtpException e)
        {
            throw NotTaken(
                (e.InnerException?.InnerException ?? e.InnerException) is SocketException socket
                    ? $"{socket.SocketErrorCode}"
                    : $"{e.StatusCode}"
            );
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotTaken("no answer in time");
        }
    }

    // RFC 5321, 4.2.1: an answer of the five hundreds to a recipient is final.
    private static bool IsForGood(SmtpStatusCode code) => (int)code is >= 550 and < 560;

    private static ServiceUnavailableException NotTaken(string why) => new("smtp", new IOException($"A message was not taken: {why}."));
}
