using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>How a server fails to answer.</summary>
public enum Breakage
{
    /// <summary>It takes the connection and says nothing.</summary>
    SilentFromTheStart,

    /// <summary>Its headers never end.</summary>
    StallsInHeaders,

    /// <summary>The body is announced and stops in its middle.</summary>
    StallsInBody,

    /// <summary>A byte now and then, for ever.</summary>
    Drips,

    /// <summary>The connection is closed before the announced length.</summary>
    CutByLength,

    /// <summary>The connection is closed between two chunks.</summary>
    CutInChunks,

    /// <summary>Without a length the client can't tell that there should be more.</summary>
    CutUnseen,

    /// <summary>A whole answer, and no JSON.</summary>
    NoJson,

    /// <summary>A whole answer: null.</summary>
    Null,

    /// <summary>A character set that does not exist.</summary>
    UnknownCharacterSet,
}

/// <summary>A server that answers no request as HTTP says.</summary>
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
        _ = Accept();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>How often it was asked.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
        _over.Dispose();
    }

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
