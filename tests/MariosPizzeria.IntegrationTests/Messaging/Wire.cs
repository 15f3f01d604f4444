using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MariosPizzeria.IntegrationTests.Messaging;

/// <summary>The wire between a process and its broker, which a test can cut: for the broker, the process died.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly int _target;
    private readonly Task _accepting;
    private int _cuts;

    public Wire(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = Accept();
    }

    /// <summary>How often it was cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>The connection string, by way of this wire.</summary>
    public string Through(string broker) =>
        new UriBuilder(broker) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }
            .Uri
            .AbsoluteUri;

    /// <summary>Ends all connections at once. New ones can be made.</summary>
    public void Cut()
    {
        Interlocked.Increment(ref _cuts);
        while (_sockets.TryTake(out var socket))
        {
            // Reset, with no farewell.
            socket.Close(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        Cut();
    }

    private async Task Accept()
    {
        while (true)
        {
            try
            {
                _ = Forward(await _listener.AcceptSocketAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Forward(Socket near)
    {
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        _sockets.Add(near);
        _sockets.Add(far);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(Copy(near, far), Copy(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut, or nobody there: the near end is told by its closing.
        }
        finally
        {
            near.Close(0);
            far.Close(0);
        }
    }

    private static async Task Copy(Socket from, Socket to)
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
            // Either end is gone.
        }
    }
}
