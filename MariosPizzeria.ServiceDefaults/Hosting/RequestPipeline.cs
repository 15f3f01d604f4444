using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Idempotency;
using MariosPizzeria.ServiceDefaults.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>What every request of every process passes, outermost first, before routing and authentication.</summary>
internal sealed class RequestPipeline : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.UseMiddleware<CorrelationMiddleware>();
            app.UseMiddleware<RequestLog>();
            app.UseMiddleware<ConnectionDrain>();
            app.UseMiddleware<ProblemMiddleware>();
            app.UseMiddleware<RequestBounds>();
            app.UseMiddleware<RequestContent>();
            app.UseMiddleware<BodyBuffering>();
            next(app);
        };
}
