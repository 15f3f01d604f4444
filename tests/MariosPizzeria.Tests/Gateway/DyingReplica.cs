using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>
/// A replica that answers a GET, keeps the connection, and closes it on any other request, as a killed process appears to its clients.
/// A web server can't be made to do that; it resets the connection.
/// </summary>
internal sealed class DyingReplica : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public DyingReplica()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>The request lines of the unanswered requests.</summary>
    public ConcurrentQueue<string> Unanswered { get; } = [];

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            while (await reader.ReadLineAsync() is { } request)
            {
                while (await reader.ReadLineAsync() is { Length: > 0 }) { }

                if (!request.StartsWith("GET", StringComparison.Ordinal))
                {
                    Unanswered.Enqueue(request);
                    return;
                }

                await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
        }
    }
}
