using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>The address at which a process can call itself.</summary>
public static class LocalAddress
{
    /// <summary>Returns an http address at which this process listens; null if there is none, or not yet.</summary>
    public static Uri? ReachableAddress(this IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.LastOrDefault() is { } listening
        && Uri.TryCreate(listening, UriKind.Absolute, out _)
        && BindingAddress.Parse(listening) is { Scheme: "http" } binding
            ? ListenAddress.Reachable(binding)
            : null;
}
