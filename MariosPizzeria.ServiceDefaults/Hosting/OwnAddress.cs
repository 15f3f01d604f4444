using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>Where a process can ask itself.</summary>
public static class OwnAddress
{
    /// <summary>An http address at which this process listens; null where it listens at none, or not yet.</summary>
    public static Uri? AddressFromBeside(this IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.LastOrDefault() is { } listening
        && Uri.TryCreate(listening, UriKind.Absolute, out _)
        && BindingAddress.Parse(listening) is { Scheme: "http" } binding
            ? ListenAddress.Reachable(binding)
            : null;
}
