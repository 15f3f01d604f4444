using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>A proxy between a process and its broker. When a test cuts it, the broker sees the process as dead.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly int _target;
    private readonly Task _accepting;
    private int _cuts;

    public Wire(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The number of cuts.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Returns the connection string that leads through this proxy.</summary>
    public string Through(string broker) =>
        new UriBuilder(broker) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }
            .Uri
            .AbsoluteUri;

    /// <summary>Closes all connections at once. New connections are possible.</summary>
    public void Cut()
    {
        Interlocked.Increment(ref _cuts);
        while (_sockets.TryTake(out var socket))
        {
            // Resets the connection instead of closing it gracefully.
            socket.Close(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _accepting;
        _listener.Stop();
        _over.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ForwardAsync(await _listener.AcceptSocketAsync(_over.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client gave up before its connection was accepted.
            }
        }
    }

    private async Task ForwardAsync(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        _sockets.Add(near);
        _sockets.Add(far);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(CopyAsync(near, far), CopyAsync(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection was cut, or nothing listens at the target: closing the near socket tells the client.
        }
        finally
        {
            near.Close(0);
            far.Close(0);
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None) is > 0 and var count)
            {
                await to.SendAsync(buffer.AsMemory(0, count), SocketFlags.None);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Either end has closed.
        }
    }
}
