using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.ProcessHost.Tests.Measuring;

/// <summary>An HTTP server that sends the same bytes as the response to every request.</summary>
internal sealed class CannedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly byte[] _answer;

    public CannedServer(string answer)
    {
        _answer = Encoding.UTF8.GetBytes(answer.ReplaceLineEndings("\r\n"));
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>The heads of the received requests.</summary>
    public ConcurrentBag<string> Requests { get; } = [];

    /// <summary>The number of accepted connections.</summary>
    public int Connections { get; private set; }

    public void Dispose()
    {
        _over.Cancel();
        _listener.Stop();
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_over.Token);
            Connections++;
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        while (await reader.ReadLineAsync(_over.Token) is { } line)
        {
            var (head, length) = (new StringBuilder(line), 0);
            while (await reader.ReadLineAsync(_over.Token) is { Length: > 0 } header)
            {
                head.Append('\n').Append(header);
                if (header.StartsWith("Content-Length: ", StringComparison.Ordinal))
                {
                    length = int.Parse(header.Split(' ')[1], CultureInfo.InvariantCulture);
                }
            }

            if (length > 0)
            {
                await reader.ReadBlockAsync(new char[length], _over.Token);
            }

            Requests.Add(head.ToString());
            await stream.WriteAsync(_answer, _over.Token);
        }
    }
}
