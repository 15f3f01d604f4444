using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using Npgsql;

namespace MariosPizzeria.BuildingBlocks.Messaging;

/// <summary>The kind of a consumer's failure: whether another attempt can succeed.</summary>
internal enum FailureKind
{
    /// <summary>No attempt can succeed: the order does not exist, the step is not allowed, or no database accepts the value.</summary>
    Refused,

    /// <summary>A backing service is unavailable, which is temporary.</summary>
    Outage,

    /// <summary>
    /// Another process handles the same document. This is temporary, at the latest until its lease ends, and does not count as a failed
    /// attempt of this message.
    /// </summary>
    Contention,

    /// <summary>The cause is unknown.</summary>
    Unexpected,
}

/// <summary>Classifies failures of consumers.</summary>
internal static class Failures
{
    public static FailureKind KindOf(Exception exception) =>
        exception switch
        {
            RefusedException refused => IsPassing(refused.Fault) ? FailureKind.Outage : FailureKind.Refused,

            ConcurrencyException => FailureKind.Contention,

            // Class 22: the value itself is wrong.
            PostgresException { SqlState: ['2', '2', ..] } => FailureKind.Refused,
            NpgsqlException
            or DatabaseUnavailableException
            or RedisUnavailableException
            or ServiceUnavailableException
            or TimeoutException => FailureKind.Outage,
            _ => FailureKind.Unexpected,
        };

    private static bool IsPassing(Error fault) =>
        fault.Code
            is ErrorCodes.VersionConflict
                or ErrorCodes.Unavailable
                or ErrorCodes.MenuUnavailable
                or ErrorCodes.RateLimited
                or ErrorCodes.KitchenAtCapacity
                or ErrorCodes.IdempotencyInProgress;
}
