using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>The limits of a request, except for its body.</summary>
public sealed class RequestBoundsOptions
{
    /// <summary>The maximum size of all headers together, in bytes.</summary>
    public int HeaderBytes { get; set; } = 32 * 1024;

    /// <summary>The maximum number of headers.</summary>
    public int Headers { get; set; } = 100;

    /// <summary>The maximum size of path and query, in bytes.</summary>
    public int TargetBytes { get; set; } = 8 * 1024;

    /// <summary>
    /// Sets the server's own limits well above ours: the server closes the connection with a bare status, but a client that only has too
    /// many cookies must get a problem document.
    /// </summary>
    internal static void AllowLarger(KestrelServerLimits limits)
    {
        limits.MaxRequestHeadersTotalSize = 256 * 1024;
        limits.MaxRequestHeaderCount = 1000;
        limits.MaxRequestLineSize = 64 * 1024;
    }
}

/// <summary>Rejects a request whose path, query or headers exceed the limits before anything reads it.</summary>
internal sealed class RequestLimits(RequestDelegate next, IOptions<RequestBoundsOptions> options)
{
    private readonly RequestBoundsOptions _bounds = options.Value;

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var bytes = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                bytes += name.Length + (value?.Length ?? 0);
            }
        }

        if (bytes > _bounds.HeaderBytes || headers.Count > _bounds.Headers)
        {
            return RefuseAsync(context, $"At most {_bounds.Headers} headers of {_bounds.HeaderBytes / 1024} KiB in total are allowed.");
        }

        return (context.Features.Get<IHttpRequestFeature>()?.RawTarget.Length ?? 0) > _bounds.TargetBytes
            ? RefuseAsync(context, $"The address can have at most {_bounds.TargetBytes / 1024} KiB.")
            : next(context);
    }

    private static Task RefuseAsync(HttpContext context, string detail) =>
        Problems.WriteAsync(context, new Error(ErrorCodes.Validation, detail));
}
