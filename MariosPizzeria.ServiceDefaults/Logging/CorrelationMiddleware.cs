namespace MariosPizzeria.ServiceDefaults.Logging;

/// <summary>Reads a request's correlation id, or generates one, and adds it to the response.</summary>
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
