using System.Net;
using System.Net.Mime;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Sessions;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace MariosPizzeria.Gateway.Proxying;

/// <summary>
/// Passes a replica's answer on, or sets it aside so that <see cref="Failover"/> asks another replica. A problem document is an
/// answer whatever its status; a bare 502, 503 or 504 is somebody on the way who could not get one.
/// </summary>
internal sealed class Answers(IHostApplicationLifetime lifetime)
{
    private const string Problem = MediaTypeNames.Application.ProblemJson;

    public async ValueTask Pass(ResponseTransformContext transform)
    {
        if (transform.ProxyResponse is not { } answer)
        {
            return;
        }

        var context = transform.HttpContext;
        if (IsNoAnswer(answer))
        {
            context.Features.Set(AnswerSetAside.ByIntermediary);
            transform.SuppressResponseBody = true;
            return;
        }

        try
        {
            if (
                answer.StatusCode is HttpStatusCode.Conflict
                && context.Features.Get<Attempts>() is { MayWait: true }
                && await IsInProgress(answer, transform.CancellationToken)
            )
            {
                context.Features.Set(AnswerSetAside.InProgress);
                transform.SuppressResponseBody = true;
                return;
            }
        }
        catch (HttpRequestException)
        {
            // Cut within its body: no answer, as if it had been cut before.
            context.Features.Set(AnswerSetAside.ByIntermediary);
            transform.SuppressResponseBody = true;
            return;
        }

        await HttpTransformer.Empty.TransformResponseAsync(context, answer, transform.CancellationToken);
        if (answer.Content.Headers.ContentType?.MediaType is MediaTypeNames.Text.EventStream)
        {
            answer.Content = new StreamContent(
                new EventStream(
                    await answer.Content.ReadAsStreamAsync(transform.CancellationToken),
                    context.Features.Get<StreamEnd>()?.Token ?? lifetime.ApplicationStopping
                )
            );
        }
    }

    private static bool IsNoAnswer(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        && answer.Content.Headers.ContentType?.MediaType is not Problem;

    private static async Task<bool> IsInProgress(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType is not Problem)
        {
            return false;
        }

        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        return body.Contains(Slugs.IdempotencyInProgress, StringComparison.Ordinal);
    }
}

/// <summary>Why an answer was not passed on.</summary>
internal sealed class AnswerSetAside
{
    /// <summary>A bare 502, 503 or 504.</summary>
    public static readonly AnswerSetAside ByIntermediary = new();

    /// <summary>The reservation of a replica that died over this request still stands.</summary>
    public static readonly AnswerSetAside InProgress = new();
}
