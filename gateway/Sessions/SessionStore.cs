using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.Gateway.Sessions;

/// <summary>
/// The sessions that all gateways share, and the cookie that names one of them. A session lives 24 hours from its last use, seven
/// days in all, and no longer than its account's access. A visitor who has not signed in has one only once there is something in the
/// cart or a form was kept, so that looking at pages stores nothing.
/// Every method throws <see cref="RedisUnavailableException"/> where the cache does not answer.
/// </summary>
internal sealed class SessionStore(ICache cache, VisitorPlaces places, AccountAccess access, TimeProvider time)
{
    /// <summary>The cookie's name.</summary>
    public const string CookieName = "mario_session";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>From sign-in on: by then its roles may be old, also where an authority signs users in.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);

    // Not at every request: a write to Redis each time would buy a few minutes.
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // The largest cart (50 lines of 10 toppings) takes about 12 KiB.
    private const int MostBytes = 32 * 1024;

    // Of an open stream, which ends with its session.
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private const int IdBytes = 32;
    private const int IdLength = 43;

    /// <summary>
    /// Signs in. The id is always a new one: one that somebody planted in the browser before is worth nothing. A visitor's cart and
    /// drafts go along, another user's do not.
    /// </summary>
    public async Task<Session> Begin(HttpContext context, VerifiedResponse account, string username)
    {
        var before = await Find(context);
        await Forget(context);
        if (before is { IsSignedIn: false } && IdOf(context) is { } visitor)
        {
            await Patiently(places.LeaveAsync(visitor, context, context.RequestAborted), context);
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

        await Store(context, session);
        return session;
    }

    /// <summary>
    /// Changes the request's session. Where another request changed it meanwhile, <paramref name="change"/> is asked again about
    /// what that one left.
    /// </summary>
    /// <returns>
    /// The session as it is now. A visitor without one gets one if <paramref name="change"/> put something into the cart or kept a form,
    /// else what it made is not stored. Where it would be too large, its oldest drafts are left out.
    /// </returns>
    /// <exception cref="SessionRefusedException">It is too large, or there are too many visitors.</exception>
    public async Task<Session> Change(HttpContext context, Func<Session, Session> change)
    {
        if (IdOf(context) is { } id)
        {
            while (await Patiently(cache.Get(Key(id), context.RequestAborted), context) is { } text)
            {
                var changed = WithinBytes(change(JsonSerializer.Deserialize<Session>(text, PizzeriaJson.Options)!));
                if (TimeLeft(changed) is not { } left)
                {
                    break;
                }

                if (await Patiently(cache.Replace(Key(id), text, Serialize(changed), left, context.RequestAborted), context))
                {
                    return changed;
                }
            }
        }

        var visitor = WithinBytes(change(Session.Anonymous(RandomText(), time.GetUtcNow())));
        if (visitor.Cart.Count > 0 || visitor.Drafts.Count > 0)
        {
            await Store(context, visitor);
            return visitor;
        }

        return visitor with
        {
            CsrfToken = "",
        };
    }

    /// <summary>The session of the request's cookie; null without one, or where it is unknown, over or withdrawn.</summary>
    public async Task<Session?> Find(HttpContext context)
    {
        if (IdOf(context) is not { } id || await Patiently(cache.Get(Key(id), context.RequestAborted), context) is not { } text)
        {
            return null;
        }

        var session = JsonSerializer.Deserialize<Session>(text, PizzeriaJson.Options)!;
        if (TimeLeft(session) is null || !await IsAllowedAsync(session, context.RequestAborted))
        {
            await End(context);
            return null;
        }

        if (time.GetUtcNow() - session.SeenAt > RenewAfter)
        {
            // One of the release before this has its first use since then in place of its beginning.
            session = session with
            {
                BegunAt = session.BegunAt ?? session.SeenAt,
                SeenAt = time.GetUtcNow(),
            };

            // Only in place of what was read: a session that was ended meanwhile stays ended.
            if (
                await Patiently(cache.Replace(Key(id), text, Serialize(session), TimeLeft(session)!.Value, context.RequestAborted), context)
            )
            {
                SetCookie(context, id);
                if (!session.IsSignedIn)
                {
                    // Its place lasts as long as it does. Where its browser's new address has none left, the session stays.
                    await Patiently(places.EnterAsync(id, context, context.RequestAborted), context);
                }
            }
        }

        return session;
    }

    /// <summary>Signs out; without a session nothing happens.</summary>
    public async Task End(HttpContext context)
    {
        await Forget(context);
        SetCookie(context, id: null);
    }

    /// <summary>
    /// Returns when the request's session is over: signed out or replaced in whichever gateway, expired, or withdrawn. To be called
    /// while the request has its cookie. Does not prolong it, and waits out an outage of the cache.
    /// </summary>
    public Task WaitUntilEndedAsync(HttpContext context, CancellationToken cancellationToken) =>
        IdOf(context) is { } id ? WaitUntilEndedAsync(id, cancellationToken) : Task.CompletedTask;

    private async Task WaitUntilEndedAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(LookAgainAfter, time, cancellationToken);
            try
            {
                if (
                    await cache.Get(Key(id), cancellationToken) is not { } text
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
                // Nobody can tell just now.
            }
        }
    }

    private async Task<bool> IsAllowedAsync(Session session, CancellationToken cancellationToken) =>
        !session.IsSignedIn || await access.AllowsAsync(session.UserId, session.AccessVersion, cancellationToken);

    /// <summary>How long it may stay unused from now on; null where it has come to its end.</summary>
    private TimeSpan? TimeLeft(Session session)
    {
        var left = (session.BegunAt ?? session.SeenAt) + LongestLife - time.GetUtcNow();
        return left <= TimeSpan.Zero ? null
            : left < Lifetime ? left
            : Lifetime;
    }

    private async Task Store(HttpContext context, Session session)
    {
        var id = RandomText();
        if (!session.IsSignedIn && !await Patiently(places.EnterAsync(id, context, context.RequestAborted), context))
        {
            throw new SessionRefusedException(
                new(Slugs.RateLimited, "Too many visitors have something in their carts; sign in, or try again later.")
                {
                    RetryAfter = TimeSpan.FromMinutes(10),
                }
            );
        }

        await Patiently(cache.Set(Key(id), Serialize(session), Lifetime, context.RequestAborted), context);
        SetCookie(context, id);
    }

    private async Task Forget(HttpContext context)
    {
        if (IdOf(context) is { } id)
        {
            await Patiently(cache.Remove(Key(id), expected: null, context.RequestAborted), context);
        }
    }

    // A session that this very answer begins or ends is the browser's already.
    private static string? IdOf(HttpContext context) =>
        context.Items.TryGetValue(CookieName, out var last) ? last as string
        : context.Request.Cookies[CookieName] is { Length: IdLength } id && Base64Url.IsValid(id) ? id
        : null;

    private static string Key(string id) => $"session:{id}";

    private static string RandomText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));

    // A cart counts for more than a form that was refused some time ago.
    private static Session WithinBytes(Session session)
    {
        while (session.Drafts.Count > 0 && JsonSerializer.Serialize(session, PizzeriaJson.Options).Length > MostBytes)
        {
            session = session with { Drafts = [.. session.Drafts.Skip(1)] };
        }

        return session;
    }

    private static string Serialize(Session session) =>
        JsonSerializer.Serialize(session, PizzeriaJson.Options) is { Length: <= MostBytes } text
            ? text
            : throw new SessionRefusedException(new(Slugs.PayloadTooLarge, "There is too much in the cart."));

    // When the answer starts, so that an attempt at a replica that failed does not take the cookie with it; and once, with the last
    // word: a session may be renewed and then ended, or followed by another, in one request.
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

    // A cache that hangs is a cache that does not answer.
    private async Task<T> Patiently<T>(Task<T> asked, HttpContext context)
    {
        await Patiently((Task)asked, context);
        return await asked;
    }

    private async Task Patiently(Task asked, HttpContext context)
    {
        try
        {
            await asked.WaitAsync(Patience, time, context.RequestAborted);
        }
        catch (TimeoutException e)
        {
            throw new RedisUnavailableException(e);
        }
    }
}

/// <summary>A session that is not stored, because of a bound.</summary>
internal sealed class SessionRefusedException(Fault fault) : Exception(fault.Detail)
{
    /// <summary>For the visitor.</summary>
    public Fault Fault => fault;
}
