using System.Reflection;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>The process type and the build of this process.</summary>
/// <param name="Name">The name as in the manifest: <c>order</c>.</param>
/// <param name="Version">The build's informational version.</param>
public sealed record ServiceIdentity(string Name, string Version)
{
    internal static ServiceIdentity Of(string name) =>
        new(
            name,
            typeof(ServiceIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown"
        );
}
