using System.Net;
using System.Net.Mime;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// Passes a replica's response on, or suppresses it so that <see cref="Failover"/> tries another replica. A problem document is the
/// service's response, whatever its status; a 502, 503 or 504 without one comes from an intermediary that got no response.
/// </summary>
internal sealed class ResponseTransforms(IHostApplicationLifetime lifetime)
{
    private const string Problem = MediaTypeNames.Application.ProblemJson;

    // Responses to changes have a few kilobytes; longer ones are streamed.
    private const long MaxBufferedBytes = 1 << 20;

    public async ValueTask TransformResponseAsync(ResponseTransformContext transform)
    {
        if (transform.ProxyResponse is not { } answer)
        {
            return;
        }

        var context = transform.HttpContext;
        if (IsNoAnswer(answer))
        {
            context.Features.Set(SuppressedResponse.ByIntermediary);
            transform.SuppressResponseBody = true;
            return;
        }

        try
        {
            if (
                answer.StatusCode is HttpStatusCode.Conflict
                && context.Features.Get<Attempts>() is { CanRetry: true }
                && await IsInProgressAsync(answer, transform.CancellationToken)
            )
            {
                context.Features.Set(SuppressedResponse.InProgress);
                transform.SuppressResponseBody = true;
                return;
            }

            // Reads the whole response before any of it is passed on: if the replica dies within it, that counts as no response.
            if (IsOfChange(context.Request, answer))
            {
                await answer.Content.LoadIntoBufferAsync(transform.CancellationToken);
            }

            if (context.Features.Get<MenuResponseCache.MenuRequest>() is { } request)
            {
                await request.KeepAsync(answer, transform.CancellationToken);
            }
        }
        catch (HttpRequestException)
        {
            // The connection was cut within the body: handled as if there was no response.
            context.Features.Set(SuppressedResponse.ByIntermediary);
            transform.SuppressResponseBody = true;
            return;
        }

        await HttpTransformer.Empty.TransformResponseAsync(context, answer, transform.CancellationToken);
        if (answer.Content.Headers.ContentType?.MediaType is MediaTypeNames.Text.EventStream)
        {
            answer.Content = new StreamContent(
                new EventStreamContent(
                    await answer.Content.ReadAsStreamAsync(transform.CancellationToken),
                    context.Features.Get<StreamEnd>()?.Token ?? lifetime.ApplicationStopping
                )
            );
        }
    }

    private static bool IsNoAnswer(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        && answer.Content.Headers.ContentType?.MediaType is not Problem;

    private static bool IsOfChange(HttpRequest request, HttpResponseMessage answer) =>
        !HttpMethods.IsGet(request.Method)
        && !HttpMethods.IsHead(request.Method)
        && answer.Content.Headers
            is { ContentType.MediaType: MediaTypeNames.Application.Json or Problem, ContentLength: null or <= MaxBufferedBytes };

    private static async Task<bool> IsInProgressAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType is not Problem)
        {
            return false;
        }

        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        return body.Contains(ErrorCodes.IdempotencyInProgress, StringComparison.Ordinal);
    }
}

/// <summary>The reason why a response was not passed on.</summary>
internal sealed class SuppressedResponse
{
    /// <summary>A 502, 503 or 504 without a problem document.</summary>
    public static readonly SuppressedResponse ByIntermediary = new();

    /// <summary>The idempotency key is still reserved by a replica that died while it handled this request.</summary>
    public static readonly SuppressedResponse InProgress = new();
}
