using MariosPizzeria.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>How much a request may bring besides its body.</summary>
public sealed class RequestBoundsOptions
{
    /// <summary>Bytes of all headers together.</summary>
    public int HeaderBytes { get; set; } = 32 * 1024;

    /// <summary>Number of headers.</summary>
    public int Headers { get; set; } = 100;

    /// <summary>Bytes of the path and the query.</summary>
    public int TargetBytes { get; set; } = 8 * 1024;

    /// <summary>
    /// The server's own bounds lie well above ours: it hangs up with a bare status, and a client that merely has too many cookies is
    /// told so in words.
    /// </summary>
    internal static void Widen(KestrelServerLimits limits)
    {
        limits.MaxRequestHeadersTotalSize = 256 * 1024;
        limits.MaxRequestHeaderCount = 1000;
        limits.MaxRequestLineSize = 64 * 1024;
    }
}

/// <summary>Refuses a request whose head is out of bounds before anything reads it.</summary>
internal sealed class RequestBounds(RequestDelegate next, IOptions<RequestBoundsOptions> options)
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
            return Refuse(context, $"A request has at most {_bounds.Headers} headers of {_bounds.HeaderBytes / 1024} KiB together.");
        }

        return (context.Features.Get<IHttpRequestFeature>()?.RawTarget.Length ?? 0) > _bounds.TargetBytes
            ? Refuse(context, $"An address has at most {_bounds.TargetBytes / 1024} KiB.")
            : next(context);
    }

    private static Task Refuse(HttpContext context, string detail) => Problems.Write(context, new Fault(Slugs.Validation, detail));
}
