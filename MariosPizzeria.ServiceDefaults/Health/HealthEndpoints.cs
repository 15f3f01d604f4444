using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MariosPizzeria.ServiceDefaults.Health;

/// <summary>
/// <c>/health</c> and <c>/alive</c> answer while the process runs and check nothing; <c>/health/ready</c> runs the checks.
/// </summary>
internal static class HealthEndpoints
{
    private const string ReadinessTag = "readiness";

    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    public static bool IsHealth(PathString path) => path.StartsWithSegments("/health", StringComparison.Ordinal) || path == "/alive";

    /// <summary>
    /// Adds a check of one of a process's own backing services to <c>/health/ready</c>. Another service is never checked, because one
    /// outage would then make every service not ready. An exception, or no answer within two seconds, counts as
    /// <paramref name="whenDown"/>.
    /// </summary>
    public static void AddReadinessCheck<T>(this IServiceCollection services, string name, HealthStatus whenDown = HealthStatus.Unhealthy)
        where T : class, IHealthCheck => services.AddHealthChecks().AddCheck<T>(name, whenDown, [ReadinessTag], CheckTimeout);

    public static void MapHealth(this WebApplication app)
    {
        var drain = app.Services.GetRequiredService<Drain>();
        HealthCheckOptions alive = new() { Predicate = _ => false, ResponseWriter = WriteAliveAsync };
        HealthCheckOptions ready = new()
        {
            // MassTransit adds a check of its own, without the tag.
            Predicate = check => check.Tags.Contains(ReadinessTag) && check.Name == Drain.CheckName == drain.IsDraining,
            ResponseWriter = WriteReadinessAsync,
        };
        foreach (var (path, options) in new[] { ("/health", alive), ("/alive", alive), ("/health/ready", ready) })
        {
            app.MapHealthChecks(path, options).WithMetadata(new HttpMethodMetadata([HttpMethods.Get])).AllowAnonymous();
        }
    }

    private static Task WriteAliveAsync(HttpContext context, HealthReport report) =>
        Results.Json(new { status = "healthy", timestamp = Now(context) }).ExecuteAsync(context);

    private static Task WriteReadinessAsync(HttpContext context, HealthReport report)
    {
        context.RequestServices.GetRequiredService<ReadinessLog>().Report(report);
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
}
