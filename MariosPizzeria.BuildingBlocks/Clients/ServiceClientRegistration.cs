using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.BuildingBlocks.Clients;

/// <summary>Registers clients of other services.</summary>
public static class ServiceClientRegistration
{
    /// <summary>
    /// Registers a typed client (a class with an <see cref="HttpClient"/> in its constructor) for the service of that name. Its requests
    /// to relative addresses go to the service's replicas in turn.
    /// </summary>
    /// <param name="service">As in <c>services__{name}__http__{n}</c>.</param>
    /// <param name="onBehalfOfUsers">
    /// Whether the client only passes on requests of users. A request without a user's token is then sent without a token, because it must
    /// have no more rights than an anonymous user. Otherwise the client sends this process's token.
    /// </param>
    public static WebApplicationBuilder AddServiceClient<TClient>(
        this WebApplicationBuilder builder,
        string service,
        bool onBehalfOfUsers = false
    )
        where TClient : class
    {
        builder.RequireService(service);
        var address = Replicas.AddressOf(service);
        builder.Services.AddSingleton<IWarmUp>(provider => new ClientWarmUp(
            provider.GetRequiredService<IHttpClientFactory>(),
            typeof(TClient).Name
        ));
        builder
            .Services.AddHttpClient<TClient>(client => client.BaseAddress = address)
            .AddHttpMessageHandler(provider => new CallerHandler(
                onBehalfOfUsers ? null : provider.GetRequiredService<AccessTokenIssuer>(),
                provider.GetRequiredService<ServiceIdentity>()
            ))
            .AddResilience(ResiliencePolicy.Service);
        return builder;
    }

    /// <summary>Reports an error if the address of that service is not configured, or if the address of a replica is invalid.</summary>
    public static void RequireService(this WebApplicationBuilder builder, string service)
    {
        builder.RequireOutsideDevelopment($"services__{service}__http__0");
        builder.CheckService(service);
    }

    /// <summary>Whether an address of that service is configured.</summary>
    public static bool KnowsService(this WebApplicationBuilder builder, string service) =>
        builder.Configuration.GetSection($"services:{service}:http").GetChildren().Any();

    /// <summary>Reports an error for each invalid address of a replica; a service without an address is no error.</summary>
    public static void CheckService(this WebApplicationBuilder builder, string service)
    {
        foreach (var replica in builder.Configuration.GetSection($"services:{service}:http").GetChildren())
        {
            if (!Uri.TryCreate(replica.Value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                builder.ReportError($"services__{service}__http__{replica.Key}", "is not an http:// or https:// URL");
            }
        }
    }
}
