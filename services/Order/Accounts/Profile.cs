using System.Security.Claims;
using MariosPizzeria.OrderService.Features;

namespace MariosPizzeria.OrderService.Accounts;

/// <summary>Reads and changes the profiles of customers.</summary>
public sealed class Profile(IRepository<Account> accounts, IRepository<Order> orders, TimeProvider time)
{
    // Only the last orders count for the favourite pizza: tastes change, and the response time does not grow with the number of orders.
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

    /// <summary>The caller's profile.</summary>
    public static async Task<IResult> Get(Profile handler, HttpContext http, CancellationToken cancellationToken) =>
        Results.Ok(await handler.ReadAsync(http.User, cancellationToken));

    /// <summary>Changes the caller's profile.</summary>
    public static async Task<IResult> Put(ProfileRequest request, Profile handler, HttpContext http, CancellationToken cancellationToken) =>
        (await handler.ChangeAsync(request, http.User, http.Cause(), cancellationToken)).ToOk(profile => profile);

    /// <summary>Returns the user's profile; without a stored account, the values in the token.</summary>
    public async Task<ProfileResponse> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await ToResponseAsync(await accounts.FindAsync(user.Id(), cancellationToken) ?? Unknown(user), cancellationToken);

    /// <summary>
    /// Returns the changed profile, or <c>validation</c>. While the e-mail address is not confirmed, each change sends a confirmation mail.
    /// </summary>
    public async Task<Result<ProfileResponse>> ChangeAsync(
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

        if (await accounts.FindAsync(user.Id(), cancellationToken) is not { } before)
        {
            // The user signed in with an external authority. If two requests add the account, the second one finds the account of the
            // first.
            before = Unknown(user);
            await accounts.AddAsync(before, [], handled: null, cancellationToken);
        }

        if (ValuesOf(request.Email) is { } email && email != before.ConfirmedEmail)
        {
            // The change is stored with its event. If the address was confirmed in the meantime, there is no event, and the update below
            // stores the change.
            var asked = await accounts.ChangeAsync<Account>(
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
                return asked.Error;
            }
        }

        var changed = await accounts.UpdateAsync(user.Id(), account => Describe(account), handled: null, cancellationToken);
        return changed.Succeeded ? await ToResponseAsync(changed.Value, cancellationToken) : changed.Error;

        bool Describe(Account account) =>
            account.Describe(request.Name!.Trim(), ValuesOf(request.Email), ValuesOf(request.Phone), ValuesOf(request.Address));
    }

    private static string? ValuesOf(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string? FavouritePizza(IEnumerable<Order> newestFirst) =>
        newestFirst
            .Where(order => order.Status != OrderStatus.Cancelled)
            .SelectMany(order => order.Lines)
            .GroupBy(line => line.PizzaId, StringComparer.Ordinal)
            .MaxBy(pizza => pizza.Sum(line => line.Quantity))
            ?.First()
            .Name;

    private Account Unknown(ClaimsPrincipal user) => Account.OfAuthority(user.Id(), user.DisplayName() ?? "", time.GetUtcNow());

    private async Task<ProfileResponse> ToResponseAsync(Account account, CancellationToken cancellationToken)
    {
        var own = Query<Order>.All.Where(OrderDocuments.OfCustomer, account.Id).NewestFirst(OrderDocuments.PlacedAt);
        var active = await orders.ListAsync(own.Where(OrderDocuments.InStatus, Active).First(MostActive), cancellationToken);
        return new(
            account.Name,
            account.Email,
            account.HasConfirmedEmail(),
            account.Phone,
            account.Address,
            FavouritePizza(await orders.ListAsync(own.First(OrdersThatCount), cancellationToken)),
            [.. active.Select(OrderResponse.Of)]
        );
    }
}

internal static class ProfileRequests
{
    extension(ProfileRequest request)
    {
        /// <summary>Returns all validation errors, or null; the rules are those of the registration.</summary>
        public Error? Validate()
        {
            var errors = new ValidationErrors();
            CustomerValidation.Check(errors, request.Name, request.Email, request.Phone, request.Address);
            return errors.ToFault();
        }
    }
}
