using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Documents;
using Npgsql;

namespace MariosPizzeria.ServiceDefaults.Messaging;

/// <summary>What another attempt at a message is good for.</summary>
internal enum FailureKind
{
    /// <summary>It can never succeed: an order that is not there, a step that is not allowed, a value that no store takes.</summary>
    Refused,

    /// <summary>A backing service is away, or somebody else was quicker: that passes.</summary>
    Outage,

    /// <summary>Nobody knows.</summary>
    Unexpected,
}

/// <summary>Tells failures of consumers apart.</summary>
internal static class Failures
{
    public static FailureKind KindOf(Exception exception) =>
        exception switch
        {
            RefusedException refused => IsPassing(refused.Fault) ? FailureKind.Outage : FailureKind.Refused,

            // Class 22: the value itself is wrong.
            PostgresException { SqlState: ['2', '2', ..] } => FailureKind.Refused,
            NpgsqlException
            or DatabaseUnavailableException
            or RedisUnavailableException
            or ServiceUnavailableException
            or TimeoutException => FailureKind.Outage,
            _ => FailureKind.Unexpected,
        };

    private static bool IsPassing(Fault fault) =>
        fault.Slug
            is Slugs.VersionConflict
                or Slugs.Unavailable
                or Slugs.MenuUnavailable
                or Slugs.RateLimited
                or Slugs.KitchenAtCapacity
                or Slugs.IdempotencyInProgress;
}
