using System.Collections.Concurrent;
using Microsoft.Extensions.ServiceDiscovery;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>The replicas of each service, as service discovery finds them: every <c>services__{name}__http__{n}</c>.</summary>
public sealed class Replicas(ServiceEndpointResolver discovery, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (ServiceEndpointSource Source, Rotation Rotation)> _rotations = new(
        StringComparer.Ordinal
    );

    /// <summary>The address that a client of a service has in place of a replica's.</summary>
    /// <param name="service">As in <c>services__{name}__http__{n}</c>.</param>
    public static Uri AddressOf(string service) => new($"http://{service}/");

    /// <summary>An address as service discovery wants it: a replica may be https although the service is asked for by http.</summary>
    public static string NameOf(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttp ? "https+" : "") + address.GetLeftPart(UriPartial.Authority);

    /// <summary>The replicas' base addresses, in the order of their numbers; none where none is configured.</summary>
    public async ValueTask<IReadOnlyList<Uri>> FindAsync(string service, CancellationToken cancellationToken) =>
        AddressesIn(await discovery.GetEndpointsAsync(NameOf(AddressOf(service)), cancellationToken));

    /// <summary>The replicas that an address stands for, with who refused lately; an address that names no service stands for itself.</summary>
    internal async ValueTask<Rotation> OfAsync(Uri address, CancellationToken cancellationToken)
    {
        var name = NameOf(address);
        var source = await discovery.GetEndpointsAsync(name, cancellationToken);
        if (!_rotations.TryGetValue(name, out var known) || known.Source != source)
        {
            var addresses = AddressesIn(source);
            known = (source, new Rotation(addresses.Count > 0 ? addresses : [address], time));
            _rotations[name] = known;
        }

        return known.Rotation;
    }

    private static List<Uri> AddressesIn(ServiceEndpointSource source) =>
        [.. source.Endpoints.Select(endpoint => new Uri(endpoint.ToString()!))];
}
