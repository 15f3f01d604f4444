using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// While the process drains, every response asks its client to close the connection. Otherwise a connection that is kept alive would be
/// closed at the end of the drain, possibly with the next request already on it.
/// </summary>
internal sealed class ConnectionDrain(RequestDelegate next, Drain drain)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (drain.IsDraining && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            // In OnStarting, because writing a problem document first clears the headers that were set before.
            context.Response.OnStarting(() =>
            {
                context.Response.Headers[HeaderNames.Connection] = "close";
                return Task.CompletedTask;
            });
        }

        return next(context);
    }
}
