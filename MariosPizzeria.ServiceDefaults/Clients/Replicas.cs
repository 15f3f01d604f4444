using System.Collections.Concurrent;
using Microsoft.Extensions.ServiceDiscovery;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>The replicas of each service, as service discovery finds them: every <c>services__{name}__http__{n}</c>.</summary>
public sealed class Replicas(ServiceEndpointResolver discovery, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (ServiceEndpointSource Source, Rotation Rotation)> _rotations = new(
        StringComparer.Ordinal
    );

    /// <summary>The address under which service discovery knows a service.</summary>
    /// <param name="service">As in <c>services__{name}__http__{n}</c>.</param>
    public static Uri AddressOf(string service) => new($"https+http://{service}/");

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
            known = (source, new Rotation(addresses.Count > 0 ? addresses : [Itself(address)], time));
            _rotations[name] = known;
        }

        return known.Rotation;
    }

    private static string NameOf(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static List<Uri> AddressesIn(ServiceEndpointSource source) =>
        [.. source.Endpoints.Select(endpoint => new Uri(endpoint.ToString()!))];

    private static Uri Itself(Uri address) => new($"{address.Scheme.Split('+')[^1]}://{address.Authority}");
}
