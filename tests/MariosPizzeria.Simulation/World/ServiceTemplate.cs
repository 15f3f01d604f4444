using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.BuildingBlocks.Http;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService;
using MariosPizzeria.KitchenService.Clients;
using MariosPizzeria.MenuService;
using MariosPizzeria.OrderService;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.Scheduler;
using MariosPizzeria.Simulation.Network;
using MariosPizzeria.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace MariosPizzeria.Simulation.World;

/// <summary>
/// The services, endpoints and consumers of a process type, as its <c>Program.cs</c> registers them. The template is made once; every
/// simulated process gets its own container from it.
/// </summary>
internal sealed class ServiceTemplate
{
    /// <summary>The number of scheduled orders per time slot: so low that guests compete for a slot.</summary>
    public const int OrdersPerSlot = 1;

    /// <summary>The simulated background services: all except those that serve viewers, measure, or monitor real servers.</summary>
    private static readonly string[] Background = ["OutboxRelay", "InboxPruning", "TicketPruning"];

    private static readonly Lazy<IReadOnlyList<ServiceTemplate>> Templates = new(() => [Order(), Menu(), Kitchen(), Worker(), Scheduler()]);

    private readonly List<ServiceDescriptor> _descriptors;

    private ServiceTemplate(string name, WebApplicationBuilder builder, Action<WebApplication>? map = null)
    {
        Name = name;
        builder.Host.UseDefaultServiceProvider(provider => (provider.ValidateOnBuild, provider.ValidateScopes) = (false, false));
        _descriptors = [.. builder.Services.Where(IsSimulated)];
        Consumers =
        [
            .. builder
                .Services.Where(service => service.Lifetime == ServiceLifetime.Scoped)
                .Select(service => service.ServiceType)
                .Where(type => type.IsDefined(typeof(ConsumerNamesAttribute), inherit: false))
                .Distinct()
                .OrderBy(type => ConsumerNamesAttribute.Of(type).Queue, StringComparer.Ordinal),
        ];
        var app = builder.Build();
        map?.Invoke(app);
        Endpoints =
        [
            .. ((IEndpointRouteBuilder)app)
                .DataSources.SelectMany(source => source.Endpoints)
                .OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null)
                .Select(endpoint => new SimulatedEndpoint(endpoint, Problems(endpoint.RequestDelegate!))),
        ];

        // All containers share the compiled serializers, which are the most expensive part of a new container.
        _descriptors.Add(ServiceDescriptor.Singleton(app.Services.GetRequiredService<IOptions<JsonOptions>>()));
    }

    /// <summary>All process types.</summary>
    public static IReadOnlyList<ServiceTemplate> All => Templates.Value;

    /// <summary>The name of the process type.</summary>
    public string Name { get; }

    /// <summary>The types of its consumers, ordered by queue name.</summary>
    public IReadOnlyList<Type> Consumers { get; }

    /// <summary>The endpoints.</summary>
    public IReadOnlyList<SimulatedEndpoint> Endpoints { get; }

    /// <summary>Returns a new service collection for a container.</summary>
    public ServiceCollection Services()
    {
        var services = new ServiceCollection();
        foreach (var descriptor in _descriptors)
        {
            ((IList<ServiceDescriptor>)services).Add(descriptor);
        }

        return services;
    }

    private static ServiceTemplate Order()
    {
        var builder = Builder("order");
        builder.AddDocuments("orderdb");
        builder.AddCache("redis");
        builder.AddMessaging("rabbitmq", "order", bus => bus.AddConsumersOf(typeof(OrderRegistration).Assembly));
        builder.AddServiceClient<MenuClient>("menu");
        builder.AddServiceClient<KitchenClient>("kitchen");
        builder.AddOrdering();
        return new(
            "order",
            builder,
            app =>
            {
                app.MapOrders();
                app.MapGuests();
                app.MapDelivery();
            }
        );
    }

    private static ServiceTemplate Menu()
    {
        var builder = Builder("menu");
        builder.AddDocuments("menudb");
        builder.AddCache("redis");
        builder.AddMessaging("rabbitmq", "menu", bus => bus.AddConsumersOf(typeof(MenuRegistration).Assembly));
        builder.Services.AddMenu();
        return new("menu", builder, app => app.MapMenu());
    }

    private static ServiceTemplate Kitchen()
    {
        var builder = Builder("kitchen");
        builder.AddDocuments("kitchendb");
        builder.AddCache("redis");
        builder.AddMessaging("rabbitmq", "kitchen", bus => bus.AddConsumersOf(typeof(KitchenRegistration).Assembly));
        builder.AddServiceClient<OrderClient>("order");
        builder.AddKitchen();
        return new("kitchen", builder, app => app.MapKitchen());
    }

    private static ServiceTemplate Worker()
    {
        var builder = Builder("worker");
        builder.AddDocuments("orderdb");
        builder.AddCache("redis");
        builder.AddMessaging("rabbitmq", "worker", bus => bus.AddConsumersOf(typeof(Work).Assembly));
        builder.AddPaymentProvider();
        builder.AddMail();
        builder.Services.AddOrderDocuments();
        builder.Services.AddWorkHandlers();
        return new("worker", builder);
    }

    private static ServiceTemplate Scheduler()
    {
        var builder = Builder("scheduler");
        builder.AddDocuments("orderdb");
        builder.AddCache("redis");
        builder.AddMessaging("rabbitmq", "scheduler");
        builder.Services.AddOrderDocuments();
        foreach (var name in new[] { ScheduledJobs.ExpireUnpaid, ScheduledJobs.TellAgain, ScheduledJobs.LateOrders })
        {
            var job = Job.Every(TimeSpan.FromMinutes(1), name);
            builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<Ticker>(services, job));
        }

        return new("scheduler", builder);
    }

    private static WebApplicationBuilder Builder(string service)
    {
        // Passed as an argument, because the key is read while the builder is created; ids of guests' orders depend on it.
        var builder = PizzeriaHost.CreateBuilder(
            service,
            ["--environment", Environments.Development, "--JWT_SECRET_KEY", "a key that only the simulation has, and that is long enough"]
        );
        builder.Configuration["PAYMENT_URL"] = "http://provider/";
        builder.Configuration["PAYMENT_API_KEY"] = "simulation";
        builder.Configuration["SMTP_HOST"] = "mail";
        builder.Configuration["SMTP_FROM"] = "pizzeria@example.org";
        builder.Configuration["Shop:OrdersPerSlot"] = $"{OrdersPerSlot}";
        builder.Configuration["ConnectionStrings:orderdb"] = null;
        builder.Configuration["ConnectionStrings:menudb"] = null;
        builder.Configuration["ConnectionStrings:kitchendb"] = null;
        builder.Configuration["ConnectionStrings:redis"] = null;
        builder.Configuration["ConnectionStrings:rabbitmq"] = null;
        return builder;
    }

    private static bool IsSimulated(ServiceDescriptor service) =>
        service.ServiceType != typeof(IHostedService)
        || Background.Contains(service.ImplementationType?.Name)
        || service.ImplementationFactory?.Method.Module.Assembly == typeof(ServiceTemplate).Assembly;

    private static RequestDelegate Problems(RequestDelegate endpoint) =>
        new ProblemMiddleware(endpoint, NullLogger<ProblemMiddleware>.Instance).InvokeAsync;
}
