using System.Collections.Concurrent;
using Microsoft.Extensions.ServiceDiscovery;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>The replicas of each service, as service discovery finds them: every <c>services__{name}__http__{n}</c>.</summary>
public sealed class Replicas(ServiceEndpointResolver discovery, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (ServiceEndpointSource Source, RoundRobin Rotation)> _rotations = new(
        StringComparer.Ordinal
    );

    /// <summary>Returns the base address that a client of a service uses in place of a replica's.</summary>
    /// <param name="service">The name as in <c>services__{name}__http__{n}</c>.</param>
    public static Uri AddressOf(string service) => new($"http://{service}/");

    /// <summary>
    /// Returns an address in the form for service discovery: a replica may use https although the service is addressed by http.
    /// </summary>
    public static string NameOf(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttp ? "https+" : "") + address.GetLeftPart(UriPartial.Authority);

    /// <summary>Returns the replicas' base addresses, in the order of their numbers; empty if none is configured.</summary>
    public async ValueTask<IReadOnlyList<Uri>> FindAsync(string service, CancellationToken cancellationToken) =>
        AddressesIn(await discovery.GetEndpointsAsync(NameOf(AddressOf(service)), cancellationToken));

    /// <summary>
    /// Returns the replicas that an address stands for, and which of them refused recently; an address that names no service stands for
    /// itself.
    /// </summary>
    internal async ValueTask<RoundRobin> OfAsync(Uri address, CancellationToken cancellationToken)
    {
        var name = NameOf(address);
        var source = await discovery.GetEndpointsAsync(name, cancellationToken);
        if (!_rotations.TryGetValue(name, out var known) || known.Source != source)
        {
            var addresses = AddressesIn(source);
            known = (source, new RoundRobin(addresses.Count > 0 ? addresses : [address], time));
            _rotations[name] = known;
        }

        return known.Rotation;
    }

    private static List<Uri> AddressesIn(ServiceEndpointSource source) =>
        [.. source.Endpoints.Select(endpoint => new Uri(endpoint.ToString()!))];
}
