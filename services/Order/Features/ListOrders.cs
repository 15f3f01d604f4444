using System.Globalization;
using System.Security.Claims;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.Api;
using MariosPizzeria.OrderService.Domain;
using MariosPizzeria.ServiceDefaults;
using MariosPizzeria.ServiceDefaults.Documents;
using MariosPizzeria.ServiceDefaults.Http;
using MariosPizzeria.ServiceDefaults.Security;

namespace MariosPizzeria.OrderService.Features;

/// <summary>Which orders, as the query string has it.</summary>
public sealed record ListOrdersQuery
{
    private const int DefaultPageSize = 20;
    private const int MaxPageSize = 100;
    private const int ShortestNumber = 6;
    private const int LongestNumber = 64;

    private ListOrdersQuery() { }

    /// <summary>What the id begins with; empty for all.</summary>
    public required string Number { get; init; }

    /// <summary>Empty for all.</summary>
    public required IReadOnlyList<string> Statuses { get; init; }

    /// <summary>Placed then or later.</summary>
    public required DateTimeOffset? From { get; init; }

    /// <summary>Placed before.</summary>
    public required DateTimeOffset? Before { get; init; }
    public required int Page { get; init; }
    public required int PageSize { get; init; }

    /// <summary>
    /// Reads it. <c>status</c> may come several times, or with commas; <c>from</c> is inclusive; <c>to</c> is exclusive where it is a
    /// moment and means the whole day where it is a date; <c>q</c> is an order's number as it is printed, with or without its <c>#</c>.
    /// </summary>
    public static Outcome<ListOrdersQuery> Parse(IQueryCollection query)
    {
        var errors = new ValidationErrors();
        var statuses = query["status"]
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .ToList();
        foreach (var status in statuses)
        {
            errors.Require(PizzeriaJson.Parse<OrderStatus>(status) is not null, "status", $"'{status}' is not a status");
        }

        var from = query.Time("from", errors);
        var to = query.Time("to", errors);
        errors.Require(from is null || to is null || !from.Value.IsAfter(to.Value), "from", "is not later than to");
        var number = query["q"].ToString().Trim().TrimStart('#').ToLowerInvariant();
        errors.Require(
            number.Length == 0 || (number.Length is >= ShortestNumber and <= LongestNumber && number.All(char.IsAsciiLetterOrDigit)),
            "q",
            $"is the first {ShortestNumber} or more letters and digits of an order's id"
        );

        var result = new ListOrdersQuery
        {
            Number = number,
            Statuses = statuses,
            From = from?.At,
            Before = to is { IsDay: true } day && day.Day < DateOnly.MaxValue ? day.At.AddDays(1) : to?.At,
            Page = Number("page", 1, int.MaxValue, 1),
            PageSize = Number("pageSize", 1, MaxPageSize, DefaultPageSize),
        };
        return errors.ToFault() is { } fault ? fault : result;

        int Number(string field, int least, int most, int otherwise)
        {
            var text = query[field].ToString();
            if (text.Length == 0)
            {
                return otherwise;
            }

            var read =
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;
            errors.Require(read, field, most == int.MaxValue ? "is a whole number from 1" : $"is a whole number from {least} to {most}");
            return read ? number : otherwise;
        }
    }
}

/// <summary>Lists orders: customers see their own, staff all.</summary>
public sealed class ListOrders(IRepository<Order> orders)
{
    /// <summary>GET /api/orders.</summary>
    public static async Task<IResult> Get(ListOrders handler, HttpContext http, CancellationToken cancellationToken)
    {
        var query = ListOrdersQuery.Parse(http.Request.Query);
        return query.Succeeded ? Results.Ok(await handler.Handle(query.Value, http.User, cancellationToken)) : query.Fault.ToProblem();
    }

    /// <summary>One page, newest first.</summary>
    public async Task<OrderPage> Handle(ListOrdersQuery query, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var matching = Query<Order>.All.Between(OrderDocuments.PlacedAt, query.From, query.Before);
        if (!user.IsStaff())
        {
            matching = matching.Where(OrderDocuments.OfCustomer, user.Id());
        }

        if (query.Number.Length > 0)
        {
            matching = matching.WhereIdBegins(query.Number);
        }

        if (query.Statuses.Count > 0)
        {
            matching = matching.Where(OrderDocuments.InStatus, query.Statuses);
        }

        var page = await orders.List(matching.NewestFirst(OrderDocuments.PlacedAt).Page(query.Page, query.PageSize), cancellationToken);
        return new([.. page.Select(OrderResponse.Of)], query.Page, query.PageSize, await orders.Count(matching, cancellationToken));
    }
}
