using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Worker.Payments;

/// <summary>Sends each try to the next of the provider's addresses; one that refuses the connection is left alone for a while.</summary>
internal sealed class ProviderAddresses(Rotation addresses) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = addresses.Next();
        request.RequestUri = new Uri(address, request.RequestUri!.Segments[^1]);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            addresses.Refused(address);
            throw;
        }
    }
}
