using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Removes notifications that nobody will look for any more.</summary>
public sealed class ForgetOldNotifications(IRepository<Notification> notifications)
{
    /// <summary>How long one is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int Batch = 500;

    /// <summary>Removes all that are older than <see cref="Kept"/> at a time.</summary>
    /// <returns>How many went.</returns>
    public async Task<int> Handle(DateTimeOffset at, CancellationToken cancellationToken)
    {
        var old = Query<Notification>.All.Between(OrderDocuments.NotifiedAt, from: null, at - Kept).First(Batch);
        var forgotten = 0;
        int batch;
        do
        {
            batch = await notifications.Remove(old, cancellationToken);
            forgotten += batch;
        } while (batch == Batch);

        return forgotten;
    }
}
