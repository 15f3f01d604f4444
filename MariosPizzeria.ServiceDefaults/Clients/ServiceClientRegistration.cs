using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>Attaches a process to another service.</summary>
public static class ServiceClientRegistration
{
    /// <summary>
    /// Registers a typed client (a class with an <see cref="HttpClient"/> in its constructor) for the service of that name. Its
    /// relative addresses go to the service's replicas in turn.
    /// </summary>
    /// <param name="builder">The process that calls.</param>
    /// <param name="service">As in <c>services__{name}__http__{n}</c>.</param>
    /// <param name="onBehalfOfUsers">
    /// Whether it only passes on what users ask: a call without a user's token then has none, as the user may have no more than anybody.
    /// Otherwise it has this process's.
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
                onBehalfOfUsers ? null : provider.GetRequiredService<Tokens>(),
                provider.GetRequiredService<ServiceIdentity>()
            ))
            .AddResilience(ResiliencePolicy.Service);
        return builder;
    }

    /// <summary>Says so where nobody says where that service is, or a replica's address is none.</summary>
    public static void RequireService(this WebApplicationBuilder builder, string service)
    {
        builder.RequireOutsideDevelopment($"services__{service}__http__0");
        builder.CheckService(service);
    }

    /// <summary>Whether anybody says where that service is.</summary>
    public static bool KnowsService(this WebApplicationBuilder builder, string service) =>
        builder.Configuration.GetSection($"services:{service}:http").GetChildren().Any();

    /// <summary>Says so where a replica's address is none; that nobody says where the service is, is no fault.</summary>
    public static void CheckService(this WebApplicationBuilder builder, string service)
    {
        foreach (var replica in builder.Configuration.GetSection($"services:{service}:http").GetChildren())
        {
            if (!Uri.TryCreate(replica.Value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                builder.ReportFault($"services__{service}__http__{replica.Key}", "is not an http:// or https:// URL");
            }
        }
    }
}
