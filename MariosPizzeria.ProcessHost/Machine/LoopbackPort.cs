using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>Ports of 127.0.0.1 for servers and processes that keep their port over restarts.</summary>
public static class LoopbackPort
{
    // Below the range from which Linux takes the source ports of outgoing connections (32768 and up): otherwise an outgoing connection
    // could use the port while its owner restarts.
    private const int First = 20000;
    private const int Last = 31999;

    private static readonly ConcurrentBag<IDisposable> HeldClaims = [];

    /// <summary>Claims a random free port until this process ends.</summary>
    /// <exception cref="PizzeriaException">No free port was found.</exception>
    public static int Free()
    {
        var (port, claim) = ClaimFree();
        HeldClaims.Add(claim);
        return port;
    }

    /// <summary>Claims a random free port until the claim is disposed of or this process ends.</summary>
    /// <exception cref="PizzeriaException">No free port was found.</exception>
    internal static (int Port, IDisposable Claim) ClaimFree()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last + 1);
            if (Reserve(port) is { } claim)
            {
                return (port, claim);
            }
        }

        throw new PizzeriaException($"No free port was found between {First} and {Last}.");
    }

    /// <summary>
    /// Claims a port that has no listener. While a replica restarts, and until a temporary replica uses its address, their ports have no
    /// listener, and no other host on this machine may start a process there, because it would get their requests. The claim is the name
    /// of an abstract Unix domain socket, which all checkouts and users share and which ends with its process. Other systems than Linux
    /// have none; there only a listener keeps a port.
    /// </summary>
    /// <returns>The claim, valid until it is disposed of or this process ends; null if the port has a listener or is claimed.</returns>
    internal static IDisposable? Reserve(int port)
    {
        var claim = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                claim.Bind(new UnixDomainSocketEndPoint($"\0pizzeria-port-{port}"));
            }

            if (IsFree(port))
            {
                return claim;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // The port is claimed.
        }

        claim.Dispose();
        return null;
    }

    /// <summary>Whether the port has no listener at the moment.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var socket = Listen(port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Binds the port and listens, but accepts nothing: the processes that inherit the socket accept the connections.</summary>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            // The longest queue that the system allows (net.core.somaxconn): connections wait here while the only gateway restarts.
            socket.Listen(4096);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection to the port.</summary>
    /// <exception cref="SocketException">The port has no listener.</exception>
    internal static async Task<Socket> ConnectAsync(int port, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether connections to the port are accepted.</summary>
    internal static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        try
        {
            using var socket = await ConnectAsync(port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The process that listens on the port, for a message: "dotnet (pid 4711)"; null if it cannot be determined.</summary>
    internal static string? Owner(int port)
    {
        // Column 2 is the local address, 4 the state (0A is listening), 10 the inode (proc(5)).
        string[] tables = ["/proc/net/tcp", "/proc/net/tcp6"];
        var inode = tables
            .Where(File.Exists)
            .SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(f => f.Length > 9 && f[1].EndsWith($":{port:X4}") && f[3] == "0A")
            ?[9];
        var owner = inode is null
            ? 0
            : ProcFileSystem.Pids().FirstOrDefault(pid => ProcFileSystem.OpenFiles(pid).Contains($"socket:[{inode}]"));
        var command = ProcFileSystem.Read(owner, "cmdline").Replace('\0', ' ').Trim();
        return owner == 0 ? null : $"{string.Concat(command.EnumerateRunes().Take(100))} (pid {owner})";
    }
}
