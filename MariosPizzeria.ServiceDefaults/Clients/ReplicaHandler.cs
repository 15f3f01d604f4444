namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>
/// Sends a request to the replicas of the service that its host names, in turn. A replica that refuses the connection has received nothing
/// of the request, so the next one gets it, whatever the method. Service discovery's own handler selects one address for each attempt and
/// does not learn of the refusal. The body is read here, within the attempt's timeout, which the resilience handler can't do: a body that
/// stalls or is cut off is a failure like a refused connection.
/// </summary>
internal sealed class ReplicaHandler(Replicas replicas) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri!;
        var rotation = await replicas.OfAsync(asked, cancellationToken);
        for (var tried = 1; ; tried++)
        {
            var replica = rotation.Next();
            HttpResponseMessage? response = null;
            try
            {
                request.RequestUri = new Uri(replica, asked.PathAndQuery);
                response = await base.SendAsync(request, cancellationToken);
                await response.Content.LoadIntoBufferAsync(cancellationToken);
                return response;
            }
            catch (Exception e) when (response is null && IsConnectionFailure(e, cancellationToken))
            {
                rotation.MarkRefused(replica);
                if (tried >= rotation.Count)
                {
                    throw new HttpRequestException(HttpRequestError.ConnectionError, "No replica can be reached.", e);
                }
            }
            catch
            {
                response?.Dispose();
                throw;
            }
            finally
            {
                request.RequestUri = asked;
            }
        }
    }

    // The HTTP client reports a connect timeout as a cancellation, although the caller did not cancel.
    private static bool IsConnectionFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
        || (exception is OperationCanceledException { InnerException: TimeoutException } && !cancellationToken.IsCancellationRequested);
}
