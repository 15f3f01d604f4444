using MariosPizzeria.Gateway.Proxying;
using MariosPizzeria.ServiceDefaults.Http;

namespace MariosPizzeria.Gateway.Limits;

/// <summary>Refuses what is too much of the proxied requests that are counted.</summary>
internal sealed class RateLimiting(RequestDelegate next, RateLimits limits)
{
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && context.ServiceRoute().PostsCountAs is { } limit
            ? Count(context, limit)
            : next(context);

    private async Task Count(HttpContext context, RateLimit limit)
    {
        if (await limits.Count(limit, context) is { } fault)
        {
            await Problems.Write(context, fault);
            return;
        }

        await next(context);
    }
}

/// <summary>The same for the gateway's own endpoints.</summary>
internal sealed class RateLimitFilter(RateLimit limit) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await context.HttpContext.RequestServices.GetRequiredService<RateLimits>().Count(limit, context.HttpContext) is { } fault
            ? fault.ToProblem()
            : await next(context);
}
