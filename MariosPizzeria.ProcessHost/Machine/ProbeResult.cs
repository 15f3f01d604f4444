using System.Net.Sockets;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>The result of a probe.</summary>
internal enum ProbeResult
{
    /// <summary>The process reacted, with any answer.</summary>
    Answered,

    /// <summary>The port has no listener.</summary>
    Refused,

    /// <summary>The port has a listener, but the process did not react in time.</summary>
    Unanswered,
}

internal static class ConnectionProbe
{
    /// <summary>
    /// Connects to the port, closes its own direction at once and waits until the other side closes the connection as well. This requires a
    /// running process and no protocol: PostgreSQL, Redis and RabbitMQ also do it while they start, recover or load, and none logs it.
    /// </summary>
    public static async Task<ProbeResult> OfAsync(int port, TimeSpan timeout, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeout);
        try
        {
            using var socket = await LoopbackPort.ConnectAsync(port, deadline.Token);
            socket.Shutdown(SocketShutdown.Send);
            _ = await socket.ReceiveAsync(new byte[1], deadline.Token);
            return ProbeResult.Answered;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused ? ProbeResult.Refused : ProbeResult.Answered;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ProbeResult.Unanswered;
        }
    }
}
