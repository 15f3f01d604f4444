using MongoDB.Driver;

namespace MariosPizzeria.BuildingBlocks.Documents.Mongo;

/// <summary>Translates those exceptions of the driver that mean that the database is unavailable.</summary>
internal static class MongoErrors
{
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> ask)
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

    public static Task TranslateAsync(Func<Task> ask) =>
        TranslateAsync(async () =>
        {
            await ask();
            return true;
        });

    // Errors of a server that steps down, restarts or can't be reached; not of a server that rejects a command.
    private static bool IsOutage(Exception e) =>
        e
            is TimeoutException
                or MongoConnectionException
                or MongoNotPrimaryException
                or MongoNodeIsRecoveringException
                or MongoExecutionTimeoutException
                or MongoWaitQueueFullException;
}
