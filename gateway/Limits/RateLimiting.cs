using MariosPizzeria.Gateway.Proxying;

namespace MariosPizzeria.Gateway.Limits;

/// <summary>Refuses proxied POST requests that exceed the rate limit of their route.</summary>
internal sealed class RateLimiting(RequestDelegate next, RateLimits limits)
{
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && context.ServiceRoute().PostsCountAs is { } limit
            ? CountAsync(context, limit)
            : next(context);

    private async Task CountAsync(HttpContext context, RateLimit limit)
    {
        if (await limits.CountAsync(limit, context) is { } fault)
        {
            await Problems.WriteAsync(context, fault);
            return;
        }

        await next(context);
    }
}

/// <summary>Applies a rate limit to the gateway's own endpoints.</summary>
internal sealed class RateLimitFilter(RateLimit limit) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await context.HttpContext.RequestServices.GetRequiredService<RateLimits>().CountAsync(limit, context.HttpContext) is { } fault
            ? fault.ToProblem()
            : await next(context);
}
