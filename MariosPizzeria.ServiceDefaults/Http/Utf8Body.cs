using System.Text.Unicode;
using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>
/// Refuses a JSON body that is not UTF-8 (RFC 8259, 8.1) before an endpoint reads it. The JSON reader itself looks at the bytes of a
/// text only when it is asked for that text: what stands in the name of an unknown property would pass.
/// </summary>
internal sealed class Utf8Body(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Request.HasJsonContentType() && context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not null
            ? Read(context)
            : next(context);

    private async Task Read(HttpContext context)
    {
        var request = context.Request;
        var body = new MemoryStream(capacity: (int)Math.Min(request.ContentLength ?? 0, PizzeriaHost.MaxBodyBytes));
        await request.Body.CopyToAsync(body, context.RequestAborted);
        if (!Utf8.IsValid(body.GetBuffer().AsSpan(0, (int)body.Length)))
        {
            await Problems.Write(context, new Fault(Slugs.MalformedJson, "The body is not UTF-8."));
            return;
        }

        body.Position = 0;
        request.Body = body;
        await next(context);
    }
}
