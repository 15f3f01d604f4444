using System.Diagnostics;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Logging;
using MariosPizzeria.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>Who makes something happen, taken from where it happens.</summary>
public static class Causes
{
    /// <summary>A request's: the signed-in user, now.</summary>
    public static Cause Cause(this HttpContext context) =>
        new(
            context.User.Id(),
            context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
            Correlation.Id,
            Activity.Current?.TraceId.ToHexString()
        );
}
