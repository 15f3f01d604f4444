using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>
/// A mail server (RFC 5321) on a loopback port that accepts mail or answers as a test defines. With a certificate it supports TLS and
/// requires a password.
/// </summary>
internal sealed class MailServer : IDisposable
{
    public const string User = "mario";
    public const string Password = "parmigiano";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Mail> _taken = new();
    private readonly ConcurrentQueue<string> _inTheClear = new();
    private readonly X509Certificate2? _certificate;
    private readonly bool _isImplicit;

    /// <summary>Listens on a free port.</summary>
    /// <param name="certificate">The certificate for TLS; null for a server without TLS.</param>
    /// <param name="isImplicit">Whether TLS starts with the first byte (RFC 8314) instead of with STARTTLS (RFC 3207).</param>
    public MailServer(X509Certificate2? certificate = null, bool isImplicit = false)
    {
        (_certificate, _isImplicit) = (certificate, isImplicit);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The accepted mails.</summary>
    public IReadOnlyList<Mail> Taken => [.. _taken];

    /// <summary>All lines that were received unencrypted.</summary>
    public IReadOnlyList<string> InTheClear => [.. _inTheClear];

    /// <summary>The answer to a recipient; 250 accepts it.</summary>
    public string Recipient { get; set; } = "250 OK";

    /// <summary>The number of recipients that clients named.</summary>
    public int Asked { get; private set; }

    /// <summary>The settings that make a worker use this server.</summary>
    public Dictionary<string, string> Settings =>
        new()
        {
            ["SMTP_HOST"] = "127.0.0.1",
            ["SMTP_PORT"] = ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture),
            ["SMTP_FROM"] = "mario@pizzeria.example",
        };

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var connection = client;
            Stream stream = connection.GetStream();
            if (_isImplicit)
            {
                stream = await EncryptedAsync(stream);
            }

            if (await ConverseAsync(stream, greets: true) == Ended.ForTls)
            {
                await ConverseAsync(await EncryptedAsync(stream), greets: false);
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
        {
            // The client closed the connection; a test detects it because a mail was not accepted.
        }
    }

    private async Task<Stream> EncryptedAsync(Stream plain)
    {
        var encrypted = new SslStream(plain);
        await encrypted.AuthenticateAsServerAsync(_certificate!);
        return encrypted;
    }

    private async Task<Ended> ConverseAsync(Stream stream, bool greets)
    {
        var isEncrypted = stream is SslStream;
        var isSignedIn = _certificate is null;
        var (from, to) = ("", "");

        // Not disposed, because the underlying stream may be used again, encrypted.
        var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 1, leaveOpen: true);
        var writer = new StreamWriter(stream, Encoding.ASCII, leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        if (greets)
        {
            await writer.WriteLineAsync("220 mail.test");
        }

        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            if (!isEncrypted)
            {
                _inTheClear.Enqueue(line);
            }

            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO" when _certificate is not null:
                    await writer.WriteLineAsync(isEncrypted ? "250-mail.test\r\n250 AUTH PLAIN" : "250-mail.test\r\n250 STARTTLS");
                    break;
                case "STARTTLS" when _certificate is not null && !isEncrypted:
                    await writer.WriteLineAsync("220 Go on");
                    return Ended.ForTls;
                case "AUTH" when isEncrypted:
                    isSignedIn = line == $"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{User}\0{Password}"))}";
                    await writer.WriteLineAsync(isSignedIn ? "235 Welcome" : "535 5.7.8 Wrong");
                    break;
                case "MAIL" when !isSignedIn:
                    await writer.WriteLineAsync("530 5.7.0 Sign in first");
                    break;
                case "MAIL":
                    from = Address(line);
                    await writer.WriteLineAsync("250 OK");
                    break;
                case "RCPT":
                    Asked++;
                    to = Address(line);
                    await writer.WriteLineAsync(Recipient);
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 Go on");
                    _taken.Enqueue(new(from, to, await ContentAsync(reader)));
                    await writer.WriteLineAsync("250 Taken");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 Bye");
                    return Ended.ForGood;
                default:
                    await writer.WriteLineAsync("250 mail.test");
                    break;
            }
        }

        return Ended.ForGood;
    }

    private enum Ended
    {
        ForGood,
        ForTls,
    }

    private static string Address(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];

    private static async Task<string> ContentAsync(StreamReader reader)
    {
        var content = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
        {
            content.Append(line).Append('\n');
        }

        return content.ToString();
    }

    /// <summary>A mail as it was received.</summary>
    internal sealed record Mail(string From, string To, string Content)
    {
        /// <summary>Returns the value of a header.</summary>
        public string Header(string name) =>
            Content.Split('\n').First(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];

        /// <summary>The text with soft line breaks and encoded equals signs decoded.</summary>
        public string Text =>
            Content[(Content.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]
                .Replace("=\n", "", StringComparison.Ordinal)
                .Replace("=3D", "=", StringComparison.Ordinal);
    }
}
