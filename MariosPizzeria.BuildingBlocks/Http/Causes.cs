using System.Diagnostics;
using MariosPizzeria.ServiceDefaults.Logging;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>Creates the cause of a change from its context.</summary>
public static class Causes
{
    /// <summary>Returns the cause of a request's changes: the signed-in user, at the current time.</summary>
    public static Cause Cause(this HttpContext context) =>
        new(
            context.User.Id(),
            context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
            Correlation.Id,
            Activity.Current?.TraceId.ToHexString()
        );
}
