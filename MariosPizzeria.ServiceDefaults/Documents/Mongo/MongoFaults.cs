using MongoDB.Driver;

namespace MariosPizzeria.ServiceDefaults.Documents.Mongo;

/// <summary>Says of the driver's many exceptions which mean that the database is away, in this product's words.</summary>
internal static class MongoFaults
{
    public static async Task<T> Translate<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw new DatabaseUnavailableException(e);
        }
    }

    public static Task Translate(Func<Task> ask) =>
        Translate(async () =>
        {
            await ask();
            return true;
        });

    // A server that steps down, restarts or can't be reached; not one that refuses a command.
    private static bool IsOutage(Exception e) =>
        e
            is TimeoutException
                or MongoConnectionException
                or MongoNotPrimaryException
                or MongoNodeIsRecoveringException
                or MongoExecutionTimeoutException
                or MongoWaitQueueFullException;
}
