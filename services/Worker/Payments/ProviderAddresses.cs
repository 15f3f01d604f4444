namespace MariosPizzeria.Working.Payments;

/// <summary>Sends each try to the next of the provider's addresses.</summary>
internal sealed class ProviderAddresses(PaymentProviderOptions options) : DelegatingHandler
{
    private int _next = Random.Shared.Next(1024);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var operation = request.RequestUri!.Segments[^1];
        request.RequestUri = new Uri(
            options.Addresses[(int)((uint)Interlocked.Increment(ref _next) % (uint)options.Addresses.Count)],
            operation
        );
        return base.SendAsync(request, cancellationToken);
    }
}
