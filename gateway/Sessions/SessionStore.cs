using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Caching;
using MariosPizzeria.ServiceDefaults.Clients;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>
/// Stores the sessions, shared by all gateways, and sets the cookie with a session's id. A session lives 24 hours from its last use, seven
/// days in all, and no longer than its account's access. A visitor who has not signed in gets one only when the cart has a line or a form
/// was kept, so that reading pages stores nothing.
/// Every method throws <see cref="RedisUnavailableException"/> if the cache does not answer.
/// </summary>
internal sealed class SessionStore(ICache cache, AnonymousSessionLimit places, AccountAccess access, TimeProvider time)
{
    public const string CookieName = "mario_session";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The lifetime from sign-in: after it the roles may be out of date, also with an external authority.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(7);

    // Not at every request: a write to Redis each time would extend the session by a few minutes only.
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CacheTimeout = TimeSpan.FromSeconds(2);

    // The largest cart (50 lines of 10 toppings) takes about 12 KiB. The serializer escapes all characters that are not ASCII, so the
    // length of the JSON is its number of bytes.
    private const int MaxBytes = 32 * 1024;

    // How often an open event stream checks whether its session has ended.
    private static readonly TimeSpan RevalidationInterval = TimeSpan.FromSeconds(5);

    private const int IdBytes = 32;
    private const int IdLength = 43;

    /// <summary>
    /// Signs in. The session id is always new, so that an id planted in the browser before is useless (session fixation). The cart and
    /// drafts of a visitor, or of the same user, are kept; those of another user are not.
    /// </summary>
    public async Task<Session> BeginAsync(HttpContext context, VerifiedResponse account, string username)
    {
        var before = await FindAsync(context);
        await RemoveAsync(context);
        if (before is { IsSignedIn: false } && IdOf(context) is { } visitor)
        {
            await WithTimeoutAsync(places.LeaveAsync(visitor, context, context.RequestAborted), context);
        }

        var session = new Session(account.Id, username, account.Name, account.Roles, RandomText(), time.GetUtcNow())
        {
            AccessVersion = account.AccessVersion,
            BegunAt = time.GetUtcNow(),
        };
        if (before is not null && (!before.IsSignedIn || before.UserId == account.Id))
        {
            session = WithinBytes(session with { Cart = before.Cart, Drafts = before.Drafts });
        }

        await StoreAsync(context, session);
        return session;
    }

    /// <summary>
    /// Changes the request's session. If a concurrent request changed it, <paramref name="change"/> is called again with the new state.
    /// </summary>
    /// <returns>
    /// The changed session. A visitor without a session gets one if <paramref name="change"/> filled the cart or kept a form; otherwise
    /// nothing is stored. If the session would be too large, its oldest drafts are dropped.
    /// </returns>
    /// <exception cref="SessionRefusedException">The session is too large, or there are too many visitors.</exception>
    public async Task<Session> ChangeAsync(HttpContext context, Func<Session, Session> change)
    {
        if (IdOf(context) is { } id)
        {
            while (await WithTimeoutAsync(cache.GetAsync(Key(id), context.RequestAborted), context) is { } text)
            {
                var changed = WithinBytes(change(JsonSerializer.Deserialize<Session>(text, PizzeriaJson.Options)!));
                if (TimeLeft(changed) is not { } left)
                {
                    break;
                }

                if (await WithTimeoutAsync(cache.ReplaceAsync(Key(id), text, Serialize(changed), left, context.RequestAborted), context))
                {
                    return changed;
                }
            }
        }

        var visitor = WithinBytes(change(Session.Anonymous(RandomText(), time.GetUtcNow())));
        if (visitor.Cart.Count > 0 || visitor.Drafts.Count > 0)
        {
            await StoreAsync(context, visitor);
            return visitor;
        }

        return visitor with
        {
            CsrfToken = "",
        };
    }

    /// <summary>Returns the session of the request's cookie; null without a cookie, or if it is unknown, expired or revoked.</summary>
    public async Task<Session?> FindAsync(HttpContext context)
    {
        if (IdOf(context) is not { } id || await WithTimeoutAsync(cache.GetAsync(Key(id), context.RequestAborted), context) is not { } text)
        {
            return null;
        }

        var session = JsonSerializer.Deserialize<Session>(text, PizzeriaJson.Options)!;
        if (TimeLeft(session) is null || !await IsAllowedAsync(session, context.RequestAborted))
        {
            await EndAsync(context);
            return null;
        }

        if (time.GetUtcNow() - session.SeenAt > RenewAfter)
        {
            // Sessions of the previous release have no start time; the last renewal replaces it.
            session = session with
            {
                BegunAt = session.BegunAt ?? session.SeenAt,
                SeenAt = time.GetUtcNow(),
            };

            // Replaces only the value that was read, so that a session that was ended by a concurrent request stays ended.
            if (
                await WithTimeoutAsync(
                    cache.ReplaceAsync(Key(id), text, Serialize(session), TimeLeft(session)!.Value, context.RequestAborted),
                    context
                )
            )
            {
                SetCookie(context, id);
                if (!session.IsSignedIn)
                {
                    // Renews its place with the session. If the browser's new address has no place left, the session stays.
                    await WithTimeoutAsync(places.EnterAsync(id, context, context.RequestAborted), context);
                }
            }
        }

        return session;
    }

    /// <summary>Signs out; does nothing without a session.</summary>
    public async Task EndAsync(HttpContext context)
    {
        await RemoveAsync(context);
        SetCookie(context, id: null);
    }

    /// <summary>
    /// Completes when the request's session has ended: signed out or replaced at any gateway, expired, or revoked. Must be called while the
    /// request has its cookie. Does not extend the session, and continues through outages of the cache.
    /// </summary>
    public Task WaitUntilEndedAsync(HttpContext context, CancellationToken cancellationToken) =>
        IdOf(context) is { } id ? WaitUntilEndedAsync(id, cancellationToken) : Task.CompletedTask;

    private async Task WaitUntilEndedAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(RevalidationInterval, time, cancellationToken);
            try
            {
                if (
                    await cache.GetAsync(Key(id), cancellationToken) is not { } text
                    || JsonSerializer.Deserialize<Session>(text, PizzeriaJson.Options) is not { IsSignedIn: true } session
                    || TimeLeft(session) is null
                    || !await IsAllowedAsync(session, cancellationToken)
                )
                {
                    return;
                }
            }
            catch (Exception e) when (e is RedisUnavailableException or ServiceUnavailableException)
            {
                // Unknown during an outage; checked again after the interval.
            }
        }
    }

    private async Task<bool> IsAllowedAsync(Session session, CancellationToken cancellationToken) =>
        !session.IsSignedIn || await access.AllowsAsync(session.UserId, session.AccessVersion, cancellationToken);

    /// <summary>Returns how long the session may stay unused from now on; null if it has expired.</summary>
    private TimeSpan? TimeLeft(Session session)
    {
        var left = (session.BegunAt ?? session.SeenAt) + MaxLifetime - time.GetUtcNow();
        return left <= TimeSpan.Zero ? null
            : left < Lifetime ? left
            : Lifetime;
    }

    private async Task StoreAsync(HttpContext context, Session session)
    {
        var id = RandomText();
        if (!session.IsSignedIn && !await WithTimeoutAsync(places.EnterAsync(id, context, context.RequestAborted), context))
        {
            throw new SessionRefusedException(
                new(ErrorCodes.RateLimited, "Too many visitors have something in their carts; sign in, or try again later.")
                {
                    RetryAfter = TimeSpan.FromMinutes(10),
                }
            );
        }

        await WithTimeoutAsync(cache.SetAsync(Key(id), Serialize(session), Lifetime, context.RequestAborted), context);
        SetCookie(context, id);
    }

    private async Task RemoveAsync(HttpContext context)
    {
        if (IdOf(context) is { } id)
        {
            await WithTimeoutAsync(cache.RemoveAsync(Key(id), expected: null, context.RequestAborted), context);
        }
    }

    // A session that this response begins or ends takes precedence over the cookie.
    private static string? IdOf(HttpContext context) =>
        context.Items.TryGetValue(CookieName, out var last) ? last as string
        : context.Request.Cookies[CookieName] is { Length: IdLength } id && Base64Url.IsValid(id) ? id
        : null;

    private static string Key(string id) => $"session:{id}";

    private static string RandomText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));

    // Drops the oldest drafts first: the cart matters more than refused forms.
    private static Session WithinBytes(Session session)
    {
        while (session.Drafts.Count > 0 && JsonSerializer.Serialize(session, PizzeriaJson.Options).Length > MaxBytes)
        {
            session = session with { Drafts = [.. session.Drafts.Skip(1)] };
        }

        return session;
    }

    private static string Serialize(Session session) =>
        JsonSerializer.Serialize(session, PizzeriaJson.Options) is { Length: <= MaxBytes } text
            ? text
            : throw new SessionRefusedException(new(ErrorCodes.PayloadTooLarge, "There is too much in the cart."));

    // The cookie is set when the response starts, because a retry after a failed attempt clears the headers. It is set once, with the
    // last value: a session may be renewed and then ended, or replaced, in one request.
    private static void SetCookie(HttpContext context, string? id)
    {
        if (!context.Items.ContainsKey(CookieName))
        {
            context.Response.OnStarting(() =>
            {
                if (context.Items[CookieName] is string last)
                {
                    context.Response.Cookies.Append(CookieName, last, Options(context));
                }
                else
                {
                    context.Response.Cookies.Delete(CookieName, Options(context));
                }

                return Task.CompletedTask;
            });
        }

        context.Items[CookieName] = id;
    }

    private static CookieOptions Options(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = Lifetime,
            Path = "/",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        };

    // A cache that does not respond in time counts as unavailable.
    private async Task<T> WithTimeoutAsync<T>(Task<T> asked, HttpContext context)
    {
        await WithTimeoutAsync((Task)asked, context);
        return await asked;
    }

    private async Task WithTimeoutAsync(Task asked, HttpContext context)
    {
        try
        {
            await asked.WaitAsync(CacheTimeout, time, context.RequestAborted);
        }
        catch (TimeoutException e)
        {
            throw new RedisUnavailableException(e);
        }
    }
}

/// <summary>Thrown if a session is not stored because of a limit.</summary>
internal sealed class SessionRefusedException(Error fault) : Exception(fault.Detail)
{
    /// <summary>The error for the visitor.</summary>
    public Error Fault => fault;
}
