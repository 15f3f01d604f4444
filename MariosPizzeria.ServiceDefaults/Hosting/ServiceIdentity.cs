using System.Reflection;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>Which process type this is, and which build.</summary>
/// <param name="Name">As in the manifest: <c>order</c>.</param>
/// <param name="Version">The build's informational version.</param>
public sealed record ServiceIdentity(string Name, string Version)
{
    internal static ServiceIdentity Of(string name) =>
        new(
            name,
            typeof(ServiceIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown"
        );
}
