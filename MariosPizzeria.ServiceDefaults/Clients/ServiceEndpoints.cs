using Microsoft.Extensions.Configuration;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>Where a service's replicas are: every <c>services__{name}__http__{n}</c>.</summary>
public static class ServiceEndpoints
{
    /// <summary>The replicas' base addresses, in the order of their numbers; what is not an address is left out.</summary>
    public static IReadOnlyList<Uri> Of(IConfiguration configuration, string service) =>
        [
            .. configuration
                .GetSection($"services:{service}:http")
                .GetChildren()
                .Select(child => Uri.TryCreate(child.Value, UriKind.Absolute, out var address) ? address : null)
                .OfType<Uri>(),
        ];
}
