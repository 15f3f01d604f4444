using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>Takes a request's correlation id, or gives it one, and says it in the answer.</summary>
internal sealed class CorrelationMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var id = Correlation.Begin(context.Request.Headers[Correlation.Header]);
        context.Request.Headers[Correlation.Header] = id;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Correlation.Header] = id;
            return Task.CompletedTask;
        });
        return next(context);
    }
}
