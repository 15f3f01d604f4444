using System.Reflection;
using MariosPizzeria.ServiceDefaults.Hosting;

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
    public static void UseInlineSocketCompletions(this WebApplicationBuilder builder)
    {
        var configured = builder.Configuration[Setting];
        if (configured is not (null or "0" or "1"))
        {
            builder.ReportError(Setting, "is not 0 or 1");
        }
        else if (configured is null && Assembly.GetEntryAssembly() == typeof(InlineSocketCompletions).Assembly)
        {
            Environment.SetEnvironmentVariable(Setting, "1");
        }
    }
}
