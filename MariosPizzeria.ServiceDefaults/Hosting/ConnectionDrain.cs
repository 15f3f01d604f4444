using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MariosPizzeria.ServiceDefaults.Hosting;

/// <summary>
/// While the process drains, every answer asks its client to close the connection: a connection that is kept alive would
/// otherwise be cut at the end of the drain, perhaps with the next request already on it.
/// </summary>
internal sealed class ConnectionDrain(RequestDelegate next, Drain drain)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (drain.HasBegun && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            // On starting, because a problem document begins by clearing what was set before.
            context.Response.OnStarting(() =>
            {
                context.Response.Headers[HeaderNames.Connection] = "close";
                return Task.CompletedTask;
            });
        }

        return next(context);
    }
}
