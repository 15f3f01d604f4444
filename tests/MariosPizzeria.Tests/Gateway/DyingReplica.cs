using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>
/// A replica that answers a GET, keeps the connection, and closes it on anything else: what a process that is killed looks like
/// from outside. A web server can't be made to do that; it resets.
/// </summary>
internal sealed class DyingReplica : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public DyingReplica()
    {
        _listener.Start();
        _ = Accept();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>The request lines of what was not answered.</summary>
    public ConcurrentQueue<string> Unanswered { get; } = [];

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Serve(TcpClient client)
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
