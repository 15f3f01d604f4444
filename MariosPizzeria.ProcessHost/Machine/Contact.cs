using System.Net;
using System.Net.Sockets;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>What comes of asking something whether it is there.</summary>
internal enum Contact
{
    /// <summary>It did something, whatever it said.</summary>
    Answered,

    /// <summary>Nobody listens.</summary>
    Refused,

    /// <summary>The connection stands, and nobody does anything about it.</summary>
    Unanswered,
}

/// <summary>Asks for a sign of life.</summary>
internal static class SignOfLife
{
    /// <summary>
    /// Connects to the port, says goodbye at once and waits until the other side hangs up as well. That takes a process that runs, and
    /// no protocol: PostgreSQL, Redis and RabbitMQ do it while they start, recover or load too, and none writes a line about it.
    /// </summary>
    public static async Task<Contact> OfAsync(int port, TimeSpan timeout, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeout);
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
            socket.Shutdown(SocketShutdown.Send);
            _ = await socket.ReceiveAsync(new byte[1], deadline.Token);
            return Contact.Answered;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused ? Contact.Refused : Contact.Answered;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Contact.Unanswered;
        }
    }
}
