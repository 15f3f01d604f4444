using System.Net;
using System.Net.Sockets;
using MariosPizzeria.Contracts;
using MariosPizzeria.Gateway.Sessions;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Gateway.Limits;

/// <summary>What is counted.</summary>
internal enum RateLimit
{
    /// <summary>Orders placed: per user and per address.</summary>
    Orders,

    /// <summary>Passwords tried, for a token or a session: per address.</summary>
    Tokens,

    /// <summary>Accounts made: per address.</summary>
    Registers,
}

/// <summary>How much is allowed; 0 is no limit. Bound from <c>RateLimits__…</c>.</summary>
internal sealed record RateLimitSettings
{
    public int OrdersPerUserPerMinute { get; init; } = 600;
    public int OrdersPerAddressPerMinute { get; init; } = 6000;
    public int TokensPerAddressPerMinute { get; init; } = 300;
    public int RegistersPerAddressPerHour { get; init; } = 100;

    /// <summary>Stored sessions of visitors who have not signed in, at a time.</summary>
    public int VisitorsPerAddress { get; init; } = 600;

    /// <summary>The same for all addresses together.</summary>
    public int Visitors { get; init; } = 10_000;
}

/// <summary>
/// Counts in fixed windows that all gateways share through the cache. Where the cache does not answer, everyone may pass: a
/// limit is there to keep the pizzeria open.
/// </summary>
internal sealed partial class RateLimits(ICache cache, RateLimitSettings settings, TimeProvider time, ILogger<RateLimits> logger)
{
    // A counter is not worth a longer wait.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SilenceAfterOutage = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseAfterOutage = TimeSpan.FromSeconds(1);

    private long _lastOutage;
    private long _lastLogged;

    /// <summary>Counts a request in.</summary>
    /// <returns>The fault with which to refuse it, or null where it may pass.</returns>
    public async Task<Fault?> Count(RateLimit limit, HttpContext context)
    {
        var address = Network(context.Connection.RemoteIpAddress);
        return limit switch
        {
            RateLimit.Tokens => await Count("tokens:address", address, settings.TokensPerAddressPerMinute, TimeSpan.FromMinutes(1)),
            RateLimit.Registers => await Count("registers:address", address, settings.RegistersPerAddressPerHour, TimeSpan.FromHours(1)),
            _ => await CountOrder(UserOf(context), address),
        };
    }

    private static string UserOf(HttpContext context) => context.Features.Get<Session>()?.UserId ?? context.User.Id();

    private async Task<Fault?> CountOrder(string user, string address)
    {
        var ofUser = Count("orders:user", user, settings.OrdersPerUserPerMinute, TimeSpan.FromMinutes(1));
        var ofAddress = Count("orders:address", address, settings.OrdersPerAddressPerMinute, TimeSpan.FromMinutes(1));
        return await ofUser ?? await ofAddress;
    }

    private async Task<Fault?> Count(string what, string who, int limit, TimeSpan window)
    {
        if (limit == 0 || who.Length == 0 || IsOut())
        {
            return null;
        }

        try
        {
            var (count, left) = await cache
                .Increment($"ratelimit:{what}:{who}", window, CancellationToken.None)
                .WaitAsync(Patience, time, CancellationToken.None);
            return count <= limit
                ? null
                : new Fault(Slugs.RateLimited, "Too many of these requests; wait as long as Retry-After says.") { RetryAfter = left };
        }
        catch (Exception e) when (e is RedisUnavailableException or TimeoutException)
        {
            NoteOutage(e);
            return null;
        }
    }

    private bool IsOut() => _lastOutage is not 0 and var last && time.GetElapsedTime(last) < PauseAfterOutage;

    private void NoteOutage(Exception exception)
    {
        Volatile.Write(ref _lastOutage, time.GetTimestamp());
        var logged = Volatile.Read(ref _lastLogged);
        if (
            (logged == 0 || time.GetElapsedTime(logged) > SilenceAfterOutage)
            && Interlocked.CompareExchange(ref _lastLogged, time.GetTimestamp(), logged) == logged
        )
        {
            LogUncounted(logger, exception);
        }
    }

    /// <summary>An IPv4 address, or the /64 that one household has of IPv6.</summary>
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

    [LoggerMessage(110, LogLevel.Warning, "Rate limits are not counted: the cache does not answer")]
    private static partial void LogUncounted(ILogger logger, Exception exception);
}

/// <summary>Sets the limits up.</summary>
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
                VisitorsPerAddress = Read(builder, nameof(defaults.VisitorsPerAddress), defaults.VisitorsPerAddress),
                Visitors = Read(builder, nameof(defaults.Visitors), defaults.Visitors),
            }
        );
        builder.Services.AddSingleton<RateLimits>();
    }

    private static int Read(WebApplicationBuilder builder, string name, int standard)
    {
        var text = builder.Configuration[$"{Section}:{name}"];
        if (string.IsNullOrEmpty(text))
        {
            return standard;
        }

        if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var limit))
        {
            return limit;
        }

        builder.ReportFault($"{Section}__{name}", "is not a whole number from 0 (off) up");
        return standard;
    }
}
