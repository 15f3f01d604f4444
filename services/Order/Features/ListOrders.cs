using System.ComponentModel;
using System.Globalization;
using System.Security.Claims;

namespace MariosPizzeria.OrderService.Features;

/// <summary>The parsed query string of a list of orders.</summary>
public sealed record ListOrdersQuery
{
    private const int DefaultPageSize = 20;
    private const int MaxPageSize = 100;
    private const int ShortestId = 6;
    private const int FewestDigits = 4;
    private const int LongestSearch = 100;

    /// <summary>The highest number of matches that are counted, and of orders that are reached by page number.</summary>
    public const int Countable = 10_000;

    private ListOrdersQuery() { }

    /// <summary>
    /// The search prefixes: the beginning of an id, of a name, or of the reversed digits of a phone number; empty for all orders.
    /// </summary>
    public required IReadOnlyList<(DocumentIndex<Order>? Index, string Prefix)> Search { get; init; }

    /// <summary>The order number to search for, if the search text may be one; otherwise null.</summary>
    public required int? Number { get; init; }

    /// <summary>The statuses to include; empty for all.</summary>
    public required IReadOnlyList<string> Statuses { get; init; }

    /// <summary>The earliest placing time, inclusive.</summary>
    public required DateTimeOffset? From { get; init; }

    /// <summary>The latest placing time, exclusive.</summary>
    public required DateTimeOffset? Before { get; init; }
    public required int Page { get; init; }
    public required int PageSize { get; init; }

    /// <summary>The end of the previous page; null to start with <see cref="Page"/>.</summary>
    public required PagePosition? After { get; init; }

    /// <summary>
    /// Parses the query string. <c>status</c> may be repeated or comma-separated; <c>from</c> is inclusive; <c>to</c> is exclusive if it is
    /// a moment and includes the whole day if it is a date; <c>q</c> is an order's number or the beginning of its id (each with or without
    /// a <c>#</c>), the beginning of a name, or the end of a phone number.
    /// </summary>
    public static Result<ListOrdersQuery> Parse(
        string? q,
        string? status,
        string? from,
        string? to,
        string? page,
        string? pageSize,
        string? after
    )
    {
        var errors = new ValidationErrors();
        var statuses = (status ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var one in statuses)
        {
            errors.Require(PizzeriaJson.Parse<OrderStatus>(one) is not null, "status", $"'{one}' is not a status");
        }

        var begins = QueryTimes.Parse(from, "from", errors);
        var ends = QueryTimes.Parse(to, "to", errors);
        errors.Require(begins is null || ends is null || !begins.Value.IsAfter(ends.Value), "from", "must not be later than to");
        errors.Require(q is not { Length: > LongestSearch }, "q", $"must have at most {LongestSearch} characters");
        var position = string.IsNullOrEmpty(after) ? null : PagePosition.Parse(after);
        errors.Require(position is not null == !string.IsNullOrEmpty(after), "after", "must be the next of the previous page");
        errors.Require(position is null || string.IsNullOrEmpty(page) || page == "1", "page", "must not be combined with after");

        var result = new ListOrdersQuery
        {
            Search = SearchFor(q ?? ""),
            Number = NumberIn(q ?? ""),
            Statuses = statuses,
            From = begins?.At,
            Before = ends is { IsDay: true } day && day.Day < DateOnly.MaxValue ? day.At.AddDays(1) : ends?.At,
            Page = Number(page, "page", 1, int.MaxValue, 1),
            PageSize = Number(pageSize, "pageSize", 1, MaxPageSize, DefaultPageSize),
            After = position,
        };
        errors.Require(
            (result.Page - 1L) * result.PageSize < Countable,
            "page",
            $"must begin within the first {Countable} orders; use after for later ones"
        );
        return errors.ToFault() is { } fault ? fault : result;

        int Number(string? text, string field, int least, int most, int otherwise)
        {
            if (string.IsNullOrEmpty(text))
            {
                return otherwise;
            }

            var read =
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most;
            errors.Require(
                read,
                field,
                most == int.MaxValue ? "must be a whole number from 1" : $"must be a whole number from {least} to {most}"
            );
            return read ? number : otherwise;
        }
    }

    // With or without a leading #.
    private static int? NumberIn(string text) =>
        int.TryParse(text.Trim().TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;

    private static List<(DocumentIndex<Order>?, string)> SearchFor(string text)
    {
        var search = OrderDocuments.FoldName(text);
        var id = search.TrimStart('#');
        if (id.Length == 0)
        {
            return [];
        }

        var ways = new List<(DocumentIndex<Order>?, string)> { (OrderDocuments.CustomerName, search) };
        if (id.Length >= ShortestId && id.All(char.IsAsciiLetterOrDigit))
        {
            ways.Add((null, id));
        }

        // Only text that looks like a phone number.
        if (
            search.All(letter => char.IsAsciiDigit(letter) || letter is ' ' or '-' or '(' or ')' or '+')
            && OrderDocuments.ReverseDigits(search) is { Length: >= FewestDigits } digits
        )
        {
            ways.Add((OrderDocuments.PhoneReversed, digits));
        }

        return ways;
    }
}

/// <summary>Lists orders: customers see their own, staff all.</summary>
public sealed class ListOrders(IRepository<Order> orders, BusinessDays businessDays, TimeProvider time)
{
    // People use the number only for orders that were due recently or will be due soon.
    private const int DaysBack = 30;
    private const int DaysAhead = 7;

    /// <summary>Orders, newest first: a customer's own, or all for staff.</summary>
    public static async Task<IResult> Get(
        [Description(
            "The number within its day (of the last 30 days), the first 6 or more characters of an id, the beginning of a name, or the last 4 or more digits of a phone."
        )]
            string? q,
        [Description("One or more, separated by commas.")] string? status,
        [Description("Placed at this time or later: a day or a time.")] string? from,
        [Description("Placed before this time, or on this day at the latest.")] string? to,
        [Description("From 1; the page must begin within the first 10,000 orders.")] string? page,
        [Description("1 to 100; 20 if not given.")] string? pageSize,
        [Description("The next of the previous page: correct at any depth while orders arrive.")] string? after,
        ListOrders handler,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var query = ListOrdersQuery.Parse(q, status, from, to, page, pageSize, after);
        return query.Succeeded ? Results.Ok(await handler.Handle(query.Value, http.User, cancellationToken)) : query.Error.ToProblem();
    }

    /// <summary>Returns one page, newest first.</summary>
    public async Task<OrderPage> Handle(ListOrdersQuery query, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var matching = Query<Order>.All.Between(OrderDocuments.PlacedAt, query.From, query.Before);
        if (!user.IsStaff())
        {
            matching = matching.Where(OrderDocuments.OfCustomer, user.Id());
        }

        var today = businessDays.DayOf(time.GetUtcNow());
        if (query.Search.Count > 0)
        {
            matching = matching.WhereAnyStartsWith(query.Search);
        }

        if (query.Number is { } number)
        {
            var days = Enumerable.Range(-DaysBack, DaysBack + DaysAhead + 1).Select(today.AddDays);
            matching = matching.OrWhere(OrderDocuments.DailyNumber, days.Select(day => OrderDocuments.KeyOf(day, number)));
        }

        if (query.Statuses.Count > 0)
        {
            matching = matching.Where(OrderDocuments.InStatus, query.Statuses);
        }

        var sorted = matching.NewestFirst(OrderDocuments.PlacedAt).Page(query.Page, query.PageSize);
        sorted = query.After is { } after ? sorted.After(after.Key, after.Id) : sorted;

        // One more order than the page size is read, to know whether there is a next page.
        var found = await orders.ListAsync(sorted.Limit(query.PageSize + 1), cancellationToken);
        var shown = found.Take(query.PageSize).ToList();

        // On the last page the total is known without a query, unless the page was requested with after.
        var total =
            query.After is null && found.Count == shown.Count && (shown.Count > 0 || query.Page == 1)
                ? ((query.Page - 1) * query.PageSize) + shown.Count
                : await orders.CountAsync(matching.LimitCount(ListOrdersQuery.Countable + 1), cancellationToken);
        return new(
            [.. First(query, today, shown).Select(OrderResponse.Of)],
            query.Page,
            query.PageSize,
            Math.Min(total, ListOrdersQuery.Countable),
            total > ListOrdersQuery.Countable,
            found.Count > shown.Count ? new PagePosition(IndexKey.Of(shown[^1].PlacedAt)!, shown[^1].Id).ToString() : null
        );
    }

    // Today's order with the searched number comes first.
    private static IEnumerable<Order> First(ListOrdersQuery query, DateOnly today, IReadOnlyList<Order> shown) =>
        query is { Number: { } number, After: null }
            ? shown.OrderByDescending(order => order.Number == number && order.Day == today)
            : shown;
}
