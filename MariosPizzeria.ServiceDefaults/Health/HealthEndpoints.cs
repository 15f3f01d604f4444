using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.ServiceDefaults.Health;

/// <summary><c>/health</c> and <c>/alive</c> answer while the process runs and touch nothing; <c>/health/ready</c> looks.</summary>
internal static partial class HealthEndpoints
{
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    public static bool IsHealth(PathString path) => path.StartsWithSegments("/health", StringComparison.Ordinal) || path == "/alive";

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health", Alive).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/alive", Alive).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", Ready).AllowAnonymous().ExcludeFromDescription();
    }

    private static IResult Alive(TimeProvider time) => Results.Json(new { status = "healthy", timestamp = time.GetUtcNow() });

    private static async Task<IResult> Ready(
        IEnumerable<IReadinessCheck> checks,
        Drain drain,
        TimeProvider time,
        ILogger<Drain> logger,
        CancellationToken cancellationToken
    )
    {
        var results = drain.HasBegun
            ? [(Name: "drain", Readiness: Readiness.NotReady)]
            : await Task.WhenAll(checks.Select(check => Look(check, logger, cancellationToken)));
        var worst = results.Length == 0 ? Readiness.Ready : results.Max(result => result.Readiness);

        return Results.Json(
            new
            {
                status = Text(worst),
                timestamp = time.GetUtcNow(),
                checks = results.ToDictionary(result => result.Name, result => Text(result.Readiness), StringComparer.Ordinal),
            },
            statusCode: worst == Readiness.NotReady ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK
        );
    }

    private static async Task<(string Name, Readiness Readiness)> Look(
        IReadinessCheck check,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(CheckTimeout);
            return (check.Name, await check.Check(timeout.Token).WaitAsync(CheckTimeout, cancellationToken));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotReady(logger, e, check.Name);
            return (check.Name, Readiness.NotReady);
        }
    }

    private static string Text(Readiness readiness) => PizzeriaJson.Text(readiness);

    [LoggerMessage(20, LogLevel.Warning, "Not ready: {dependency} does not answer")]
    private static partial void LogNotReady(ILogger logger, Exception exception, string dependency);
}
