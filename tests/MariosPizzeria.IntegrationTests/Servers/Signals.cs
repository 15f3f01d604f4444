using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.IntegrationTests.Servers;

/// <summary>What can befall a server besides being killed.</summary>
internal static class Signals
{
    /// <summary>Halts it: connections stay open and nothing answers.</summary>
    public static Task Halt(this BackingServer server) => Send("STOP", server);

    /// <summary>Lets a halted one go on.</summary>
    public static Task GoOn(this BackingServer server) => Send("CONT", server);

    private static async Task Send(string signal, BackingServer server)
    {
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {server.Pid}")]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }
}
