using System.Security.Cryptography;
using StackExchange.Redis;

namespace MariosPizzeria.BuildingBlocks.Caching;

/// <summary>
/// Creates a Redis user (ACL, Redis 6) for each operator who inspects the data. The user may read a key whose name is known. It may not
/// list the keys, because the name of a session's key contains the secret of its cookie.
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

    // If the process that created a user was killed, it could not delete the user: the next grant deletes it after this time.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly RedisConnection _connection;
    private readonly ConfigurationOptions _options;
    private readonly TimeProvider _time;

    internal RedisReadOnlyUser(RedisConnection connection, ConfigurationOptions options, TimeProvider time) =>
        (_connection, _options, _time) = (connection, options, time);

    /// <inheritdoc/>
    /// <exception cref="RedisException">This Redis does not allow its client to create users.</exception>
    public async Task<ReadOnlyGrant> GrantAsync(CancellationToken cancellationToken)
    {
        var redis = (await _connection.GetAsync().WaitAsync(cancellationToken)).GetDatabase();
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

    /// <summary>The Unix time in seconds at which a read-only user expires; the largest number for any other user.</summary>
    private static long EndOf(string user) =>
        user.StartsWith(Prefix, StringComparison.Ordinal)
        && long.TryParse(user[Prefix.Length..].Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : long.MaxValue;
}
