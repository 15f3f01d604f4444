using System.Text.Unicode;
using MariosPizzeria.BuildingBlocks.Hosting;
using Microsoft.AspNetCore.Http.Metadata;

namespace MariosPizzeria.BuildingBlocks.Http;

/// <summary>
/// Rejects a JSON body that is not UTF-8 (RFC 8259, 8.1) before an endpoint reads it. The JSON reader checks the bytes of a string only
/// when the string is read, so that invalid bytes in the name of an unknown property would pass.
/// </summary>
internal sealed class Utf8BodyMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Request.HasJsonContentType() && context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not null
            ? ReadAsync(context)
            : next(context);

    private async Task ReadAsync(HttpContext context)
    {
        var request = context.Request;
        var body = new MemoryStream(capacity: (int)Math.Min(request.ContentLength ?? 0, PizzeriaHost.MaxBodyBytes));
        await request.Body.CopyToAsync(body, context.RequestAborted);
        if (!Utf8.IsValid(body.GetBuffer().AsSpan(0, (int)body.Length)))
        {
            await Problems.WriteAsync(context, new Error(ErrorCodes.MalformedJson, "The body is not UTF-8."));
            return;
        }

        body.Position = 0;
        request.Body = body;
        await next(context);
    }
}
