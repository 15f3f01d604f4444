using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The ways in which a server fails to answer.</summary>
public enum Breakage
{
    /// <summary>Accepts the connection and sends nothing.</summary>
    SilentFromTheStart,

    /// <summary>Sends headers that never end.</summary>
    StallsInHeaders,

    /// <summary>Announces a body and stops in the middle of it.</summary>
    StallsInBody,

    /// <summary>Sends single bytes at intervals, forever.</summary>
    Drips,

    /// <summary>Closes the connection before the announced length.</summary>
    CutByLength,

    /// <summary>Closes the connection between two chunks.</summary>
    CutInChunks,

    /// <summary>Closes the connection in a response without a length, so that the client cannot detect that data is missing.</summary>
    CutUnseen,

    /// <summary>Sends a complete response that is not JSON.</summary>
    NoJson,

    /// <summary>Sends a complete response: null.</summary>
    Null,

    /// <summary>Names a character set that does not exist.</summary>
    UnknownCharacterSet,
}

/// <summary>A server that answers every request with one <see cref="Breakage"/>.</summary>
internal sealed class BrokenServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Breakage _breakage;
    private readonly int _status;
    private int _requests;

    public BrokenServer(Breakage breakage, int status = 200)
    {
        (_breakage, _status) = (breakage, status);
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>The number of requests received.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
        _over.Dispose();
    }

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
            try
            {
                var stream = client.GetStream();
                var buffer = new byte[16 * 1024];
                if (await stream.ReadAsync(buffer, _over.Token) == 0)
                {
                    return;
                }

                Interlocked.Increment(ref _requests);
                var head = $"HTTP/1.1 {_status} X\r\nContent-Type: application/json\r\n";
                var (text, end) = _breakage switch
                {
                    Breakage.SilentFromTheStart => ("", End.Stall),
                    Breakage.StallsInHeaders => (head, End.Stall),
                    Breakage.StallsInBody => (head + "Content-Length: 100\r\n\r\n{\"stat", End.Stall),
                    Breakage.Drips => (head + "Content-Length: 100000\r\n\r\n{", End.Drip),
                    Breakage.CutByLength => (head + "Content-Length: 100\r\n\r\n{\"stat", End.Close),
                    Breakage.CutInChunks => (head + "Transfer-Encoding: chunked\r\n\r\n6\r\n{\"stat\r\n", End.Close),
                    Breakage.CutUnseen => (head + "Connection: close\r\n\r\n{\"stat", End.Close),
                    Breakage.NoJson => (head + "Content-Length: 2\r\n\r\nno", End.Close),
                    Breakage.Null => (head + "Content-Length: 4\r\n\r\nnull", End.Close),
                    _ => (head.Replace("json", "json; charset=nobody-knows") + "Content-Length: 2\r\n\r\n{}", End.Close),
                };
                await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _over.Token);
                if (end == End.Stall)
                {
                    await Task.Delay(Timeout.Infinite, _over.Token);
                }

                while (end == End.Drip)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), _over.Token);
                    await stream.WriteAsync(" "u8.ToArray(), _over.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The client gave up, or the test is over.
            }
        }
    }

    private enum End
    {
        Close,
        Stall,
        Drip,
    }
}
