using System.Text;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.ApiDocs;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Health;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Logging;
using MariosPizzeria.ServiceDefaults.Messaging;
using MariosPizzeria.ServiceDefaults.Parity;
using MariosPizzeria.ServiceDefaults.Security;
using MariosPizzeria.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>Every process of the pizzeria begins and ends here, so that a web process and its admin command differ in nothing.</summary>
public static partial class PizzeriaHost
{
    /// <summary>Larger bodies are refused with 413.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    /// <summary>
    /// A process's builder: configuration from the environment (and <c>.env</c> in Development), JSON logs, health, problem
    /// documents, tokens, telemetry. No I/O.
    /// </summary>
    /// <param name="service">The process type's name, as in the manifest.</param>
    /// <param name="args">The command line: nothing to serve, or an admin command.</param>
    public static WebApplicationBuilder CreateBuilder(string service, string[] args)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                // A process reads its configuration once. Watching files for changes would cost each of them one of the few watches
                // (inotify instances) that a user has: 128 on most systems.
                Args = ["--hostBuilder:reloadConfigOnChange=false", .. AdminCommands.IsCommand(args) ? [] : args],
                ContentRootPath = args.Any(arg => arg.StartsWith("--contentRoot", StringComparison.OrdinalIgnoreCase))
                    ? null
                    : AppContext.BaseDirectory,
            }
        );

        ReadDotEnv(builder);
        if (AdminCommands.IsShell(args))
        {
            // A person who looks around signs no token and publishes nothing.
            builder.NeedsNot("JWT_SECRET_KEY", "ConnectionStrings__rabbitmq");
        }

        // The log is set up before anything can report a fault through it.
        builder.AddJsonLogs();
        builder.Host.UseDefaultServiceProvider(provider => (provider.ValidateOnBuild, provider.ValidateScopes) = (true, true));

        var services = builder.Services;
        services.AddSingleton(ServiceIdentity.Of(service));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new ConfigurationReport(ConfigurationFaults.List(builder)));
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddOptions<HostOptions>().Configure<Drain>((host, drain) => host.ShutdownTimeout = drain.Delay + Drain.FinishWithin);
        services.AddServiceDiscoveryCore().AddConfigurationServiceEndpointProvider();
        services.AddSingleton<Replicas>();
        services.ConfigureHttpJsonOptions(json =>
        {
            PizzeriaJson.Apply(json.SerializerOptions).Converters.Add(new StorableText());

            // A null where the request's type has none is the caller's mistake, to be told as such before a handler falls over it.
            json.SerializerOptions.RespectNullableAnnotations = true;

            // Of two values of a property, no reader can know which one was meant (RFC 8259, 4).
            json.SerializerOptions.AllowDuplicateProperties = false;
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
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
            builder.ReportFault("Drain__Delay", "is not a number of seconds or a time span from 0 to 600 s");
        }

        ListenAddress.Apply(builder);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;

            // RFC 9110, 5.5: bytes outside ASCII are opaque. As Latin-1 each byte is a character, and is passed on as it came; the
            // default refuses what is not UTF-8, and refuses to answer with anything outside ASCII.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            RequestBoundsOptions.Widen(kestrel.Limits);
        });
        builder.AddTokens();
        builder.AddTelemetry(service);
        builder.AddApiDocs();
        return builder;
    }

    /// <summary>Whether the process will serve: it is no one-off command, and its configuration has no fault.</summary>
    public static bool Serves(this WebApplication app, string[] args) =>
        !AdminCommands.IsCommand(args) && app.Services.GetRequiredService<ConfigurationReport>().Faults.Count == 0;

    /// <summary>
    /// Serves until the process is told to stop, or runs the admin command that <paramref name="args"/> name.
    /// </summary>
    /// <returns>The exit code: 0, or 1 where the configuration is wrong, the start failed, or the command did.</returns>
    public static async Task<int> RunAsync(this WebApplication app, string[] args)
    {
        var service = app.Services.GetRequiredService<ServiceIdentity>();
        if (AdminCommands.IsHealthcheck(args))
        {
            return await HealthcheckCommand.Run(app.Configuration);
        }

        if (app.Services.GetRequiredService<ConfigurationReport>() is { Faults: { Count: > 0 } faults })
        {
            LogConfigurationFaults(app.Logger, service.Name, string.Join("; ", faults));
            await Console.Error.WriteLineAsync($"{service.Name} can't start: {string.Join("; ", faults)}");
            return 1;
        }

        if (AdminCommands.IsCommand(args))
        {
            return await AdminCommands.Run(app.Services, args);
        }

        // Once more, next to the endpoints: in Development the framework puts its exception page between them and the outer one, and
        // that page answers bad input with a stack trace.
        app.UseMiddleware<ProblemMiddleware>();

        // Within it, not before it as the framework would add them: whether a token counts may need a service that does not answer.
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<Utf8Body>();
        app.MapHealth();
        app.MapMessaging();
        app.MapApiDocs();
        HeadEndpoints.AddTo(app);
        try
        {
            await app.RunAsync();
            return 0;
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
            // Before the environment, so that a real variable wins; after the files that are the same for every developer.
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
