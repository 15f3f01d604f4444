using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.Tests.Ordering;

/// <summary>A mail server (RFC 5321) on a loopback port, which takes mail or does what a test tells it.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Mail> _taken = new();

    public MailServer()
    {
        _listener.Start();
        _ = Accept();
    }

    /// <summary>What it has taken.</summary>
    public IReadOnlyList<Mail> Taken => [.. _taken];

    /// <summary>Answer to a recipient; 250 takes it.</summary>
    public string Recipient { get; set; } = "250 OK";

    /// <summary>How many recipients it was asked about.</summary>
    public int Asked { get; private set; }

    /// <summary>What points a worker to it.</summary>
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

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var connection = client;
        using var reader = new StreamReader(connection.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(connection.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 mail.test");
        var (from, to) = ("", "");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
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
                    _taken.Enqueue(new(from, to, await Content(reader)));
                    await writer.WriteLineAsync("250 Taken");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 Bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 mail.test");
                    break;
            }
        }
    }

    private static string Address(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];

    private static async Task<string> Content(StreamReader reader)
    {
        var content = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
        {
            content.Append(line).Append('\n');
        }

        return content.ToString();
    }

    /// <summary>One mail as it came over the wire.</summary>
    internal sealed record Mail(string From, string To, string Content)
    {
        /// <summary>A header's value.</summary>
        public string Header(string name) =>
            Content.Split('\n').First(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];

        /// <summary>The text, with soft line breaks undone.</summary>
        public string Text =>
            Content[(Content.IndexOf("\n\n", StringComparison.Ordinal) + 2)..].Replace("=\n", "", StringComparison.Ordinal);
    }
}
