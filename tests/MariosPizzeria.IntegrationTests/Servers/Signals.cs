using System.Diagnostics;
using System.Globalization;
using MariosPizzeria.ProcessHost.Servers;

namespace MariosPizzeria.IntegrationTests.Servers;

/// <summary>Suspends and resumes servers.</summary>
internal static class Signals
{
    /// <summary>Suspends a server: connections stay open, and it does not respond.</summary>
    public static Task HaltAsync(this BackingServer server) => SendAsync("STOP", server);

    /// <summary>Resumes a suspended server.</summary>
    public static Task GoOnAsync(this BackingServer server) => SendAsync("CONT", server);

    private static async Task SendAsync(string signal, BackingServer server)
    {
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {server.Pid}")]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }
}
