using System.Security.Claims;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.OrderService.Features;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>Shows and keeps customers' own profiles.</summary>
public sealed class Profile(IRepository<Account> accounts, IRepository<Order> orders, TimeProvider time)
{
    // Tastes change, and a customer of many years is answered as fast as a new one.
    private const int OrdersThatCount = 200;
    private const int MostActive = 50;

    private static readonly string[] Active =
    [
        IndexKey.Of(OrderStatus.Pending),
        IndexKey.Of(OrderStatus.Confirmed),
        IndexKey.Of(OrderStatus.Cooking),
        IndexKey.Of(OrderStatus.Ready),
        IndexKey.Of(OrderStatus.Delivering),
    ];

    /// <summary>GET /api/profile.</summary>
    public static async Task<IResult> Get(Profile handler, HttpContext http, CancellationToken cancellationToken) =>
        Results.Ok(await handler.Read(http.User, cancellationToken));

    /// <summary>PUT /api/profile.</summary>
    public static async Task<IResult> Put(ProfileRequest request, Profile handler, HttpContext http, CancellationToken cancellationToken) =>
        (await handler.Change(request, http.User, http.Cause(), cancellationToken)).ToOk(profile => profile);

    /// <summary>The user's own. Of somebody who never said anything, what the token says.</summary>
    public async Task<ProfileResponse> Read(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await ToResponse(await accounts.Find(user.Id(), cancellationToken) ?? Unknown(user), cancellationToken);

    /// <summary>The profile afterwards, or <c>validation</c>. While its address is not confirmed, each change asks for that by mail.</summary>
    public async Task<Outcome<ProfileResponse>> Change(
        ProfileRequest request,
        ClaimsPrincipal user,
        Cause cause,
        CancellationToken cancellationToken
    )
    {
        if (request.Validate() is { } invalid)
        {
            return invalid;
        }

        if (await accounts.Find(user.Id(), cancellationToken) is not { } before)
        {
            // Signed in by another authority; whoever of two is slower finds the account of the other.
            before = Unknown(user);
            await accounts.Add(before, [], handled: null, cancellationToken);
        }

        if (Given(request.Email) is { } email && email != before.ConfirmedEmail)
        {
            // The change is stored with its event. Where the address was confirmed meanwhile there is none, and the update below stores it.
            var asked = await accounts.Change<Account>(
                user.Id(),
                account =>
                {
                    Describe(account);
                    return account.RequestConfirmation(cause);
                },
                handled: null,
                cancellationToken
            );
            if (!asked.Succeeded)
            {
                return asked.Fault;
            }
        }

        var changed = await accounts.Update(user.Id(), account => Describe(account), handled: null, cancellationToken);
        return changed.Succeeded ? await ToResponse(changed.Value, cancellationToken) : changed.Fault;

        bool Describe(Account account) =>
            account.Describe(request.Name!.Trim(), Given(request.Email), Given(request.Phone), Given(request.Address));
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? Favourite(IEnumerable<Order> newestFirst) =>
        newestFirst
            .Where(order => order.Status != OrderStatus.Cancelled)
            .SelectMany(order => order.Lines)
            .GroupBy(line => line.PizzaId, StringComparer.Ordinal)
            .MaxBy(pizza => pizza.Sum(line => line.Quantity))
            ?.First()
            .Name;

    private Account Unknown(ClaimsPrincipal user) => Account.OfAuthority(user.Id(), user.DisplayName() ?? "", time.GetUtcNow());

    private async Task<ProfileResponse> ToResponse(Account account, CancellationToken cancellationToken)
    {
        var own = Query<Order>.All.Where(OrderDocuments.OfCustomer, account.Id).NewestFirst(OrderDocuments.PlacedAt);
        var active = await orders.List(own.Where(OrderDocuments.InStatus, Active).First(MostActive), cancellationToken);
        return new(
            account.Name,
            account.Email,
            account.HasConfirmedEmail(),
            account.Phone,
            account.Address,
            Favourite(await orders.List(own.First(OrdersThatCount), cancellationToken)),
            [.. active.Select(OrderResponse.Of)]
        );
    }
}

/// <summary>What a profile must say.</summary>
internal static class ProfileRequests
{
    extension(ProfileRequest request)
    {
        /// <summary>All that is wrong, or null; the same as when registering.</summary>
        public Fault? Validate()
        {
            var errors = new ValidationErrors();
            CustomerRules.Check(errors, request.Name, request.Email, request.Phone, request.Address);
            return errors.ToFault();
        }
    }
}
