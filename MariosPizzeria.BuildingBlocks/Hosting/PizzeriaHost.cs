using System.Text;
using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.BuildingBlocks.ApiDocs;
using MariosPizzeria.BuildingBlocks.Messaging;
using MariosPizzeria.BuildingBlocks.Shop;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Health;
using MariosPizzeria.ServiceDefaults.Logging;
using MariosPizzeria.ServiceDefaults.Parity;
using MariosPizzeria.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MariosPizzeria.BuildingBlocks.Hosting;

/// <summary>
/// The start and the end of every process of the pizzeria, so that a web process and its admin command are set up identically.
/// </summary>
public static partial class PizzeriaHost
{
    /// <summary>The maximum size of a request body, in bytes; larger bodies are rejected with 413.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    /// <summary>
    /// Creates the builder of a process: configuration from the environment (and <c>.env</c> in Development), JSON logs, health, problem
    /// documents, tokens, telemetry. No I/O.
    /// </summary>
    /// <param name="service">The process type's name, as in the manifest.</param>
    /// <param name="args">The command line: empty for a server, or an admin command.</param>
    public static WebApplicationBuilder CreateBuilder(string service, string[] args)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                // A process reads its configuration once. Watching files for changes would take, for each process, one of the few inotify
                // instances that a user has: 128 on most systems.
                Args = ["--hostBuilder:reloadConfigOnChange=false", .. AdminCommands.IsCommand(args) ? [] : args],
                ContentRootPath = args.Any(arg => arg.StartsWith("--contentRoot", StringComparison.OrdinalIgnoreCase))
                    ? null
                    : AppContext.BaseDirectory,
            }
        );

        ReadDotEnv(builder);
        if (AdminCommands.IsShell(args))
        {
            // An interactive shell signs no tokens and publishes no events.
            builder.Waive("JWT_SECRET_KEY", "ConnectionStrings__rabbitmq");
        }

        // The log is set up before anything can report a fault through it.
        builder.AddJsonLogs();
        builder.Host.UseDefaultServiceProvider(provider => (provider.ValidateOnBuild, provider.ValidateScopes) = (true, true));

        var services = builder.Services;
        services.AddSingleton(ServiceIdentity.Of(service));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RandomSource>();
        services.AddSingleton(new ConfigurationReport(ConfigurationErrors.List(builder)));
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddOptions<HostOptions>().Configure<Drain>((host, drain) => host.ShutdownTimeout = drain.Delay + Drain.ShutdownTimeout);
        services.AddServiceDiscoveryCore().AddConfigurationServiceEndpointProvider();
        services.AddSingleton<Replicas>();
        services.ConfigureHttpJsonOptions(json =>
        {
            PizzeriaJson.Apply(json.SerializerOptions).Converters.Add(new StorableText());

            // A null for a non-nullable property is a client error; it is rejected before a handler fails on it.
            json.SerializerOptions.RespectNullableAnnotations = true;

            // If a property occurs twice, it is undefined which value is meant (RFC 8259, 4).
            json.SerializerOptions.AllowDuplicateProperties = false;
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddSingleton<ReadinessLog>();
        services.AddReadinessCheck<Drain>(Drain.CheckName);
        services.AddSingleton<WarmUp>();
        services.AddReadinessCheck<WarmUp>("warm-up");
        services.AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        services.AddSingleton<IWarmUp, EndpointWarmUp>();
        services.AddSingleton<AdminCommand, MigrateCommand>();
        services.AddSingleton(_ => ProductionServers.OfThisBuild());
        services.AddHostedService<ParityValidator>();
        services.AddTransient<IStartupFilter, RequestPipeline>();

        if (builder.Configuration[Drain.Setting] is { Length: > 0 } delay && Drain.Parse(delay) is null)
        {
            builder.ReportError("Drain__Delay", "is not a number of seconds or a time span from 0 to 600 s");
        }

        ListenAddress.Apply(builder);

        // The pool thread that reads a request handles it, and the thread that has the response sends it, without a hand-over between
        // threads. Nothing here blocks a thread, and the pool's other threads serve the other connections.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;

            // RFC 9110, 5.5: bytes outside ASCII are opaque. As Latin-1 each byte is one character and is passed on unchanged. The default
            // rejects request headers that are not UTF-8 and response headers with characters outside ASCII.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            RequestBoundsOptions.AllowLarger(kestrel.Limits);
        });
        builder.AddBusinessDays();
        builder.AddDeliveryTerms();
        builder.AddTokens();
        builder.AddTelemetry(service);
        builder.AddProcessStatus();
        return builder;
    }

    /// <summary>Whether the process will serve requests: it runs no one-off command, and its configuration has no error.</summary>
    public static bool IsServer(this WebApplication app, string[] args) =>
        !AdminCommands.IsCommand(args) && app.Services.GetRequiredService<ConfigurationReport>().Faults.Count == 0;

    /// <summary>Serves until the process is asked to stop, or runs the admin command that <paramref name="args"/> name.</summary>
    /// <returns>The exit code: 0, or 1 if the configuration is wrong, the start or the command failed, or the process had to end.</returns>
    public static async Task<int> RunAsync(this WebApplication app, string[] args)
    {
        var service = app.Services.GetRequiredService<ServiceIdentity>();
        if (AdminCommands.IsHealthcheck(args))
        {
            return await HealthcheckCommand.RunAsync(app.Configuration);
        }

        if (app.Services.GetRequiredService<ConfigurationReport>() is { Faults: { Count: > 0 } faults })
        {
            LogConfigurationFaults(app.Logger, service.Name, string.Join("; ", faults));
            await Console.Error.WriteLineAsync($"{service.Name} can't start: {string.Join("; ", faults)}");
            return 1;
        }

        if (AdminCommands.IsCommand(args))
        {
            return await AdminCommands.RunAsync(app.Services, args);
        }

        // A second time, next to the endpoints: in Development the framework puts its exception page between them and the outer middleware,
        // and that page answers invalid input with a stack trace.
        app.UseMiddleware<ProblemMiddleware>();

        // Inside ProblemMiddleware, not before it as the framework would add them: validating a token may need a service that does not
        // answer.
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<Utf8BodyMiddleware>();
        app.MapHealth();
        app.MapMessaging();
        app.MapProcess();
        app.MapApiDocs();
        HeadEndpoints.AddTo(app);
        try
        {
            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (Exception e)
        {
            LogFailed(app.Logger, e, service.Name);
            await Console.Error.WriteLineAsync($"{service.Name} ended: {e.Message}");
            return 1;
        }
    }

    private static void ReadDotEnv(WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment() && DotEnv.FileFor(Directory.GetCurrentDirectory()) is { } file)
        {
            // Before the environment variables, so that they take precedence; after the files that are the same for every developer.
            var sources = ((IConfigurationBuilder)builder.Configuration).Sources;
            var environment = sources.LastOrDefault(source => source is EnvironmentVariablesConfigurationSource { Prefix: null or "" });
            sources.Insert(
                environment is null ? sources.Count : sources.IndexOf(environment),
                new MemoryConfigurationSource { InitialData = DotEnv.Read(File.ReadLines(file)) }
            );
        }
    }

    [LoggerMessage(1, LogLevel.Critical, "{service} can't start: {faults}")]
    private static partial void LogConfigurationFaults(ILogger logger, string service, string faults);

    [LoggerMessage(2, LogLevel.Critical, "{service} ended")]
    private static partial void LogFailed(ILogger logger, Exception exception, string service);
}
