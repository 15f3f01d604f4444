using System.Globalization;
using System.Security.Cryptography;
using MariosPizzeria.ServiceDefaults.Documents;
using StackExchange.Redis;

namespace MariosPizzeria.ServiceDefaults.Caching;

/// <summary>
/// A user of Redis for each person who looks around (ACL, Redis 6): it may read a key whose name it knows. It may not list the keys,
/// as a session's name is what its cookie proves.
/// </summary>
public sealed class RedisReadOnlyUser : IReadOnlyAccess
{
    private const string Prefix = "pizzeria_reader_";

    private static readonly string[] Rights =
    [
        "resetpass",
        "~*",
        "&*",
        "+@read",
        "+@connection",
        "+subscribe",
        "+psubscribe",
        "+unsubscribe",
        "+punsubscribe",
        "-@dangerous",
        "-scan",
        "-randomkey",
        "-dbsize",
        "+info",
    ];

    // One whose maker was killed can't be told of its end: the next makes it go.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly RedisConnection _connection;
    private readonly ConfigurationOptions _options;
    private readonly TimeProvider _time;

    internal RedisReadOnlyUser(RedisConnection connection, ConfigurationOptions options, TimeProvider time) =>
        (_connection, _options, _time) = (connection, options, time);

    /// <inheritdoc/>
    /// <exception cref="RedisException">This Redis does not let its client make users.</exception>
    public async Task<ReadOnlyGrant> Grant(CancellationToken cancellationToken)
    {
        var redis = (await _connection.Get().WaitAsync(cancellationToken)).GetDatabase();
        var now = _time.GetUtcNow();
        foreach (var user in ((string?[]?)await redis.ExecuteAsync("ACL", "USERS") ?? []).OfType<string>())
        {
            if (EndOf(user) < now.ToUnixTimeSeconds())
            {
                await redis.ExecuteAsync("ACL", "DELUSER", user);
            }
        }

        var until = (now + Lifetime).ToUnixTimeSeconds();
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{until}_{Hex(8)}");
        var password = Hex(24);
        await redis.ExecuteAsync("ACL", ["SETUSER", name, "reset", "on", .. Rights, $">{password}"]);

        var reader = _options.Clone();
        (reader.User, reader.Password) = (name, password);
        return new(reader.ToString(includePassword: true), () => redis.ExecuteAsync("ACL", "DELUSER", name));
    }

    private static string Hex(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    /// <summary>When a reader's time is over; never for any other user.</summary>
    private static long EndOf(string user) =>
        user.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(user[Prefix.Length..].Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : long.MaxValue;
}
