using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.ServiceDefaults.Logging;
using MariosPizzeria.ServiceDefaults.Telemetry;

namespace MariosPizzeria.BuildingBlocks.Hosting;

/// <summary>The middleware that every request of every process passes, outermost first, before routing and authentication.</summary>
internal sealed class RequestPipeline : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.UseMiddleware<CorrelationMiddleware>();
            app.UseMiddleware<SecretPathMiddleware>();
            app.UseMiddleware<RequestLog>();
            app.UseMiddleware<RequestTimer>();
            app.UseMiddleware<ConnectionDrain>();
            app.UseMiddleware<ProblemMiddleware>();
            app.UseMiddleware<RequestLimits>();
            app.UseMiddleware<ContentTypeMiddleware>();
            app.UseMiddleware<BodyBuffering>();
            next(app);
        };
}
