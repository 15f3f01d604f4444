using System.Diagnostics.Metrics;
using System.Net;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService.Background;
using MariosPizzeria.KitchenService.Clients;
using MariosPizzeria.OrderService.Clients;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Simulation.Network;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.Stores;
using MariosPizzeria.Worker;
using MariosPizzeria.Worker.Mail;
using MariosPizzeria.Worker.Payments;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;

namespace MariosPizzeria.Simulation.World;

/// <summary>The product's services in one simulated process.</summary>
internal sealed class Host
{
    private static readonly TimeSpan LoadInterval = TimeSpan.FromSeconds(10);

    // BackgroundService.StartAsync would start the work on the thread pool.
    private static readonly Func<BackgroundService, CancellationToken, Task> Execute = typeof(BackgroundService)
        .GetMethod("ExecuteAsync", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
        .CreateDelegate<Func<BackgroundService, CancellationToken, Task>>();

    private readonly World _world;
    private readonly SimulatedProcess _process;
    private readonly ServiceTemplate _template;
    private readonly ServiceProvider _services;

    public Host(World world, SimulatedProcess process, ServiceTemplate template)
    {
        (_world, _process, _template) = (world, process, template);
        var services = template.Services();
        var database = world.DatabaseOf(template.Name);
        services.AddSingleton(process);
        services.AddSingleton(world);
        services.AddSingleton(database);
        services.AddSingleton<TimeProvider>(process.Time);
        services.AddSingleton<RandomSource>(new SimulatedRandomSource(world, process));
        services.AddSingleton<IDocumentDatabase>(database.Memory);
        services.AddSingleton<IOutbox, SimulatedOutbox>();
        services.AddSingleton<ICache, SimulatedCache>();
        services.AddSingleton<IEventPublisher, SimulatedPublisher>();
        services.AddSingleton<IMailer, SimulatedMailer>();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton<IMeterFactory>(NoMeters.Instance);
        services.AddSingleton(typeof(RepositoryParts<>));
        services.Replace(ServiceDescriptor.Singleton(typeof(IRepository<>), typeof(SimulatedRepository<>)));
        services.Replace(ServiceDescriptor.Singleton(typeof(IMeasures<>), typeof(SimulatedMeasures<>)));
        services.Replace(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(NullLogger<>)));
        services.AddSingleton(_ => new MenuClient(Client("menu", ResiliencePolicy.Service), process.Time));
        services.AddSingleton(_ => new KitchenClient(Client("kitchen", ResiliencePolicy.Service)));
        services.AddSingleton(_ => new OrderClient(Client("order", ResiliencePolicy.Service)));
        services.AddSingleton(provider => new PaymentProvider(
            Client("provider", PaymentProviderRegistration.Policy),
            provider.GetRequiredService<PaymentProviderOptions>()
        ));
        world.Planted?.Configure(services);
        _services = services.BuildServiceProvider();
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Starts the background work.</summary>
    public void Start()
    {
        foreach (var service in _services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            _process.Run(() => Execute(service, CancellationToken.None));
        }

        if (_template.Name == "kitchen")
        {
            _process.Run(PublishLoadAsync);
        }
    }

    /// <summary>Calls a consumer with a message.</summary>
    public async Task Consume(Type consumer, Event message, int redeliveries)
    {
        await using var scope = _services.CreateAsyncScope();
        await ConsumerCalls.CallAsync(scope.ServiceProvider.GetRequiredService(consumer), message, redeliveries);
    }

    /// <summary>Handles a request.</summary>
    public async Task<HttpAnswer> ServeAsync(HttpCall call, CancellationToken aborted)
    {
        await using var scope = _services.CreateAsyncScope();
        using var body = new MemoryStream(call.Body);
        using var answer = new MemoryStream();
        var context = new DefaultHttpContext
        {
            RequestServices = scope.ServiceProvider,
            User = call.User,
            RequestAborted = aborted,
        };
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody(call.Body.Length > 0));
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        context.Request.Method = call.Method;
        context.Request.Path = call.Path;
        context.Request.QueryString = new(call.Query);
        context.Request.Body = body;
        if (call.Body.Length > 0)
        {
            (context.Request.ContentType, context.Request.ContentLength) = ("application/json", call.Body.Length);
        }

        if (call.Key is not null)
        {
            context.Request.Headers[IdempotencyFilter.Header] = call.Key;
        }

        var path = call.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var endpoint = _template.Endpoints.FirstOrDefault(each => each.TryRoute(context, call.Method, path));
        if (endpoint is null)
        {
            throw new InvalidOperationException($"{_template.Name} has no {call.Method} {call.Path}.");
        }

        await (_world.Planted?.Endpoint(call.Method, endpoint.Route) ?? endpoint.Run)(context);
        await context.Response.CompleteAsync();
        return new((HttpStatusCode)context.Response.StatusCode, answer.ToArray());
    }

    /// <summary>Disposes the container; call it after the world has ended.</summary>
    public void Dispose() => _services.DisposeAsync().AsTask().Wait();

    private async Task PublishLoadAsync()
    {
        var publish = _services.GetRequiredService<PublishLoad>();
        while (true)
        {
            try
            {
                await publish.Handle(CancellationToken.None);
            }
            catch (DatabaseUnavailableException)
            {
                // Retried after the interval, as in the product.
            }

            await Task.Delay(LoadInterval, _process.Time, CancellationToken.None);
        }
    }

    private HttpClient Client(string service, ResiliencePolicy policy)
    {
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _process.Time };
        ResilienceRegistration.Configure(pipeline, policy, _services.GetRequiredService<RandomSource>());
        var wire = new SimulatedHttpHandler(_world, _process, service);
        var handlers = new WithoutContext
        {
            InnerHandler = new UnavailableHandler(policy.Name)
            {
                InnerHandler = new ResilienceHandler(pipeline.Build()) { InnerHandler = wire },
            },
        };
        return new(handlers) { BaseAddress = Replicas.AddressOf(service), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>
    /// Runs HttpClient and Polly without a synchronization context, because they capture none. The tasks that they await must not complete
    /// in a context either, or their continuations would run on the thread pool; so they run where the response arrives, on the loop. Nor
    /// is a delay of Polly cancelled, because its continuation would run on the thread pool too: a caller that cancels gets the exception
    /// at once, and the request continues.
    /// </summary>
    private sealed class WithoutContext : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                var answered = new TaskCompletionSource<HttpResponseMessage>();
                cancellationToken.UnsafeRegister(_ => answered.TrySetCanceled(cancellationToken), state: null);
                _ = ForwardAsync(base.SendAsync(request, CancellationToken.None), answered);
                return answered.Task;
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }

        private static async Task ForwardAsync(Task<HttpResponseMessage> answer, TaskCompletionSource<HttpResponseMessage> to)
        {
            try
            {
                to.TrySetResult(await answer);
            }
            catch (Exception e)
            {
                to.TrySetException(e);
            }
        }
    }

    private sealed record HasBody(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    /// <summary>Creates meters without listeners.</summary>
    private sealed class NoMeters : IMeterFactory
    {
        public static readonly NoMeters Instance = new();

        private static readonly Meter Meter = new("simulation");

        public Meter Create(MeterOptions options) => Meter;

        public void Dispose() { }
    }
}
