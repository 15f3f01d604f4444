using Microsoft.Extensions.Configuration;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>Where a service's replicas are: every <c>services__{name}__http__{n}</c>.</summary>
public static class ServiceEndpoints
{
    /// <summary>The replicas' base addresses, in the order of their numbers.</summary>
    public static IReadOnlyList<Uri> Of(IConfiguration configuration, string service) =>
        [
            .. configuration
                .GetSection($"services:{service}:http")
                .GetChildren()
                .Where(child => !string.IsNullOrEmpty(child.Value))
                .Select(child => new Uri(child.Value!, UriKind.Absolute)),
        ];
}
