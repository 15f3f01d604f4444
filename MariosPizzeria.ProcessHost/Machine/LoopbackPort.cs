using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MariosPizzeria.ProcessHost.Machine;

/// <summary>Ports of 127.0.0.1 for servers and processes that keep theirs over restarts.</summary>
public static class LoopbackPort
{
    // Below the range from which Linux takes the source ports of outgoing connections (32768 and up): while the owner of a
    // port restarts, some client's connection could otherwise be sitting on it.
    private const int First = 20000;
    private const int Last = 31999;

    private static readonly ConcurrentBag<IDisposable> KeptToTheEnd = [];

    /// <summary>A port that is nobody else's until this process ends, chosen at random.</summary>
    /// <exception cref="PizzeriaException">No free port was found.</exception>
    public static int Free()
    {
        var (port, claim) = ClaimFree();
        KeptToTheEnd.Add(claim);
        return port;
    }

    /// <summary>A port that is nobody else's until the claim is disposed of or this process ends, chosen at random.</summary>
    /// <exception cref="PizzeriaException">No free port was found.</exception>
    internal static (int Port, IDisposable Claim) ClaimFree()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last + 1);
            if (Claim(port) is { } claim)
            {
                return (port, claim);
            }
        }

        throw new PizzeriaException(string.Create(CultureInfo.InvariantCulture, $"No free port was found between {First} and {Last}."));
    }

    /// <summary>
    /// Claims a port that nobody listens on: a replica that restarts and an address that waits for a stand-in leave theirs empty
    /// for a while, and no other host on this machine may put a process of its own there, which would be sent their requests.
    /// The claim is a name among the kernel's abstract sockets, which all checkouts and users share and which ends with its
    /// process. Elsewhere than on Linux there are none, and only a listener keeps a port.
    /// </summary>
    /// <returns>The claim, until it is disposed of or this process ends; null where somebody listens there or has claimed it.</returns>
    internal static IDisposable? Claim(int port)
    {
        var claim = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                claim.Bind(new UnixDomainSocketEndPoint(string.Create(CultureInfo.InvariantCulture, $"\0pizzeria-port-{port}")));
            }

            if (IsFree(port))
            {
                return claim;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // It is claimed.
        }

        claim.Dispose();
        return null;
    }

    /// <summary>Whether nobody listens on the port now.</summary>
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

    /// <summary>Binds the port and listens. Nothing is accepted: that is for those the socket is handed to.</summary>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            // As long as the system allows (net.core.somaxconn): connections wait here while the only gateway restarts.
            socket.Listen(4096);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether somebody accepts connections on the port.</summary>
    internal static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Who listens on the port, for a message: "dotnet (pid 4711)"; null where that cannot be told.</summary>
    internal static string? Owner(int port)
    {
        if (!File.Exists("/proc/net/tcp"))
        {
            return null;
        }

        var local = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        var inode = File.ReadLines("/proc/net/tcp")
            .Concat(File.Exists("/proc/net/tcp6") ? File.ReadLines("/proc/net/tcp6") : [])
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(f => f.Length > 9 && f[1].EndsWith(local, StringComparison.Ordinal) && f[3] == "0A")
            ?[9];
        if (inode is null)
        {
            return null;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                foreach (var descriptor in new DirectoryInfo(Path.Combine(folder, "fd")).EnumerateFiles())
                {
                    if (descriptor.LinkTarget == $"socket:[{inode}]")
                    {
                        var command = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ').Trim();
                        return string.Create(
                            CultureInfo.InvariantCulture,
                            $"{string.Concat(command.EnumerateRunes().Take(100))} (pid {pid})"
                        );
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is somebody else's.
            }
        }

        return null;
    }
}
