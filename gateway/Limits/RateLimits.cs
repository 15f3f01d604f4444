using System.Net;
using System.Net.Sockets;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.Gateway.Limits;

/// <summary>The kinds of counted requests.</summary>
internal enum RateLimit
{
    /// <summary>Orders placed, counted per user and per address.</summary>
    Orders,

    /// <summary>Sign-in attempts with a password, for a token or a session, counted per address.</summary>
    Tokens,

    /// <summary>Accounts created, counted per address.</summary>
    Registers,

    /// <summary>Orders placed without an account, counted per address.</summary>
    GuestOrders,
}

/// <summary>The limits; 0 means no limit. Bound from <c>RateLimits__…</c>.</summary>
internal sealed record RateLimitSettings
{
    public int OrdersPerUserPerMinute { get; init; } = 600;
    public int OrdersPerAddressPerMinute { get; init; } = 6000;
    public int TokensPerAddressPerMinute { get; init; } = 300;
    public int RegistersPerAddressPerHour { get; init; } = 100;
    public int GuestOrdersPerAddressPerHour { get; init; } = 60;

    /// <summary>The number of stored sessions at a time, per address, of visitors who have not signed in.</summary>
    public int VisitorsPerAddress { get; init; } = 600;

    /// <summary>The same for all addresses together.</summary>
    public int Visitors { get; init; } = 10_000;
}

/// <summary>
/// Counts requests in fixed windows, which all gateways share through the cache. If the cache does not answer, all requests are
/// allowed: availability matters more than the limits.
/// </summary>
internal sealed partial class RateLimits(ICache cache, RateLimitSettings settings, TimeProvider time, ILogger<RateLimits> logger)
{
    // Short, because every counted request waits for it.
    private static readonly TimeSpan CacheTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterOutage = TimeSpan.FromSeconds(1);

    private long _lastOutage;
    private long _lastLogged;

    /// <summary>Counts a request.</summary>
    /// <returns>The error with which to refuse the request, or null if it is allowed.</returns>
    public async Task<Error?> CountAsync(RateLimit limit, HttpContext context)
    {
        var address = Network(context.Connection.RemoteIpAddress);
        return limit switch
        {
            RateLimit.Tokens => await CountAsync(
                TimeSpan.FromMinutes(1),
                new Counter("tokens:address", address, settings.TokensPerAddressPerMinute)
            ),
            RateLimit.Registers => await CountAsync(
                TimeSpan.FromHours(1),
                new Counter("registers:address", address, settings.RegistersPerAddressPerHour)
            ),
            RateLimit.GuestOrders => await CountAsync(
                TimeSpan.FromHours(1),
                new Counter("guest-orders:address", address, settings.GuestOrdersPerAddressPerHour)
            ),
            _ => await CountAsync(
                TimeSpan.FromMinutes(1),
                new Counter("orders:user", UserOf(context), settings.OrdersPerUserPerMinute),
                new Counter("orders:address", address, settings.OrdersPerAddressPerMinute)
            ),
        };
    }

    private static string UserOf(HttpContext context) => context.Features.Get<Session>()?.UserId ?? context.User.Id();

    // Increments all counters of a request in one round trip.
    private async Task<Error?> CountAsync(TimeSpan window, params Counter[] all)
    {
        var counters = all.Where(counter => counter.Limit > 0 && counter.Who.Length > 0).ToList();
        if (counters.Count == 0 || IsCacheDown())
        {
            return null;
        }

        try
        {
            var counts = await cache
                .IncrementAsync(counters.ConvertAll(counter => $"ratelimit:{counter.What}:{counter.Who}"), window, CancellationToken.None)
                .WaitAsync(CacheTimeout, time, CancellationToken.None);
            for (var n = 0; n < counters.Count; n++)
            {
                if (counts[n].Count > counters[n].Limit)
                {
                    return new Error(ErrorCodes.RateLimited, "Too many of these requests; wait as long as Retry-After says.")
                    {
                        RetryAfter = counts[n].TimeToLive,
                    };
                }
            }

            return null;
        }
        catch (Exception e) when (e is RedisUnavailableException or TimeoutException)
        {
            NoteOutage(e);
            return null;
        }
    }

    private bool IsCacheDown() => Volatile.Read(in _lastOutage) is not 0 and var last && time.GetElapsedTime(last) < PauseAfterOutage;

    private void NoteOutage(Exception exception)
    {
        Volatile.Write(ref _lastOutage, time.GetTimestamp());
        var logged = Volatile.Read(ref _lastLogged);
        if (
            (logged == 0 || time.GetElapsedTime(logged) > LogInterval)
            && Interlocked.CompareExchange(ref _lastLogged, time.GetTimestamp(), logged) == logged
        )
        {
            LogUncounted(logger, exception);
        }
    }

    /// <summary>Returns an IPv4 address as it is, or the /64 prefix of an IPv6 address, which is one household.</summary>
    internal static string Network(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString()
            : Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8));
    }

    /// <summary>One counter.</summary>
    /// <param name="What">The name of the limit and of what it counts by, such as <c>orders:user</c>.</param>
    /// <param name="Who">The user or address; empty: not counted.</param>
    /// <param name="Limit">The number allowed in a window; 0: not counted.</param>
    private readonly record struct Counter(string What, string Who, int Limit);

    [LoggerMessage(110, LogLevel.Warning, "Rate limits are not counted: the cache does not answer")]
    private static partial void LogUncounted(ILogger logger, Exception exception);
}

internal static class RateLimitRegistration
{
    private const string Section = "RateLimits";

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        var defaults = new RateLimitSettings();
        builder.Services.AddSingleton(
            new RateLimitSettings
            {
                OrdersPerUserPerMinute = Read(builder, nameof(defaults.OrdersPerUserPerMinute), defaults.OrdersPerUserPerMinute),
                OrdersPerAddressPerMinute = Read(builder, nameof(defaults.OrdersPerAddressPerMinute), defaults.OrdersPerAddressPerMinute),
                TokensPerAddressPerMinute = Read(builder, nameof(defaults.TokensPerAddressPerMinute), defaults.TokensPerAddressPerMinute),
                RegistersPerAddressPerHour = Read(
                    builder,
                    nameof(defaults.RegistersPerAddressPerHour),
                    defaults.RegistersPerAddressPerHour
                ),
                GuestOrdersPerAddressPerHour = Read(
                    builder,
                    nameof(defaults.GuestOrdersPerAddressPerHour),
                    defaults.GuestOrdersPerAddressPerHour
                ),
                VisitorsPerAddress = Read(builder, nameof(defaults.VisitorsPerAddress), defaults.VisitorsPerAddress),
                Visitors = Read(builder, nameof(defaults.Visitors), defaults.Visitors),
            }
        );
        builder.Services.AddSingleton<RateLimits>();
    }

    private static int Read(WebApplicationBuilder builder, string name, int standard) =>
        builder.ReadNumber($"{Section}:{name}", standard, least: 0, int.MaxValue);
}
