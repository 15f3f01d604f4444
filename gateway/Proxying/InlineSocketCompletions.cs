using System.Reflection;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// Runs the work that waited for a socket on the thread that polls the sockets, instead of passing it to the thread pool: waking another
/// thread costs more than forwarding a request. Nothing in this process may block a thread, because the other sockets of the polling
/// thread would wait too. The runtime reads this setting only from an environment variable, when the first socket is used.
/// </summary>
internal static class InlineSocketCompletions
{
    private const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Enables it, unless it is configured, or the gateway runs inside another program, such as a test.</summary>
    public static void Enable(IConfiguration configuration)
    {
        if (Assembly.GetEntryAssembly() == typeof(InlineSocketCompletions).Assembly && configuration[Setting] is null)
        {
            Environment.SetEnvironmentVariable(Setting, "1");
        }
    }
}
