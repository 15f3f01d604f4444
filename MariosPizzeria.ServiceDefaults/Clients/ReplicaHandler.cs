namespace MariosPizzeria.ServiceDefaults.Clients;

/// <summary>
/// Sends a request to a replica of the service that its host names, each in turn. A replica that refuses the connection has seen nothing
/// of the request, so the next one gets it, whatever the method: service discovery's own handler takes one address for each attempt and
/// does not learn that it refused. The body is read here, within the attempt's time limit, which the resilience handler can't do: one that
/// stalls or is cut is a failure as a refused connection is.
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
            catch (Exception e) when (response is null && WasNotReached(e, cancellationToken))
            {
                rotation.Refused(replica);
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

    // The client reports a connection that could not be made in time as a cancellation, though nobody cancelled.
    private static bool WasNotReached(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
        || (exception is OperationCanceledException { InnerException: TimeoutException } && !cancellationToken.IsCancellationRequested);
}
