using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Health;

/// <summary><c>/health</c> and <c>/alive</c> answer while the process runs and touch nothing; <c>/health/ready</c> looks.</summary>
internal static partial class HealthEndpoints
{
    private const string ReadinessTag = "readiness";

    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    public static bool IsHealth(PathString path) => path.StartsWithSegments("/health", StringComparison.Ordinal) || path == "/alive";

    /// <summary>
    /// Adds a check of one of a process's own backing services to <c>/health/ready</c>; never of another service, or one outage would
    /// become all. An exception, or no answer within two seconds, counts as <paramref name="whenDown"/>.
    /// </summary>
    public static void AddReadinessCheck<T>(this IServiceCollection services, string name, HealthStatus whenDown = HealthStatus.Unhealthy)
        where T : class, IHealthCheck => services.AddHealthChecks().AddCheck<T>(name, whenDown, [ReadinessTag], CheckTimeout);

    public static void MapHealth(this WebApplication app)
    {
        var drain = app.Services.GetRequiredService<Drain>();
        HealthCheckOptions alive = new() { Predicate = _ => false, ResponseWriter = WriteAlive };
        HealthCheckOptions ready = new()
        {
            // MassTransit adds a check of its own.
            Predicate = check => check.Tags.Contains(ReadinessTag) && check.Name == Drain.CheckName == drain.HasBegun,
            ResponseWriter = WriteReadiness,
        };
        foreach (var (path, options) in new[] { ("/health", alive), ("/alive", alive), ("/health/ready", ready) })
        {
            app.MapHealthChecks(path, options).WithMetadata(new HttpMethodMetadata([HttpMethods.Get])).AllowAnonymous();
        }
    }

    private static Task WriteAlive(HttpContext context, HealthReport report) =>
        Results.Json(new { status = "healthy", timestamp = Now(context) }).ExecuteAsync(context);

    private static Task WriteReadiness(HttpContext context, HealthReport report)
    {
        foreach (var (name, entry) in report.Entries.Where(check => check.Value.Exception is not null))
        {
            LogNotReady(context.RequestServices.GetRequiredService<ILogger<Drain>>(), entry.Exception!, name);
        }

        return Results
            .Json(
                new
                {
                    status = Text(report.Status),
                    timestamp = Now(context),
                    checks = report.Entries.ToDictionary(check => check.Key, check => Text(check.Value.Status), StringComparer.Ordinal),
                },
                statusCode: context.Response.StatusCode
            )
            .ExecuteAsync(context);
    }

    private static DateTimeOffset Now(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private static string Text(HealthStatus status) =>
        status switch
        {
            HealthStatus.Healthy => "ready",
            HealthStatus.Degraded => "degraded",
            _ => "not_ready",
        };

    [LoggerMessage(20, LogLevel.Warning, "Not ready: {dependency} does not answer")]
    private static partial void LogNotReady(ILogger logger, Exception exception, string dependency);
}
