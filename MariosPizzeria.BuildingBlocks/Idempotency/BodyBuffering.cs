using MariosPizzeria.BuildingBlocks.Hosting;

namespace MariosPizzeria.BuildingBlocks.Idempotency;

/// <summary>Buffers the body of a request with an idempotency key, so that it can be hashed after it was read.</summary>
internal sealed class BodyBuffering(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey(IdempotencyFilter.Header))
        {
            context.Request.EnableBuffering(bufferThreshold: PizzeriaHost.MaxBodyBytes, bufferLimit: PizzeriaHost.MaxBodyBytes);
        }

        return next(context);
    }
}
