using System.Collections.Immutable;

namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>The conditions, order and page of a search for documents. Immutable; every method returns a new query.</summary>
public sealed record Query<T>
    where T : class, IDocument
{
    /// <summary>All documents, ordered by id.</summary>
    public static readonly Query<T> All = new();

    /// <summary>Keys that must equal one of several values.</summary>
    public ImmutableArray<(DocumentIndex<T> Index, ImmutableArray<string> AnyOf)> Equalities { get; private init; } = [];

    /// <summary>Keys that must be in a range: from inclusive, before exclusive; null is unbounded.</summary>
    public ImmutableArray<(DocumentIndex<T> Index, string? From, string? Before)> Ranges { get; private init; } = [];

    /// <summary>
    /// Texts; the document's id (if the index is null) or key must begin with at least one of them. Without any there is no such condition.
    /// </summary>
    public ImmutableArray<(DocumentIndex<T>? Index, string Prefix)> Prefixes { get; private init; } = [];

    /// <summary>Keys; a document also matches if one of them equals one of its values, without a match of <see cref="Prefixes"/>.</summary>
    public ImmutableArray<(DocumentIndex<T> Index, ImmutableArray<string> AnyOf)> Alternatives { get; private init; } = [];

    /// <summary>The place in the order after which matches are returned: a document's key and id; null to begin with the first.</summary>
    public (string Key, string Id)? Position { get; private init; }

    /// <summary>The maximum number of matches that are counted.</summary>
    public int CountLimit { get; private init; } = int.MaxValue;

    /// <summary>The sort key, or null for the id; ties sort by id in the same direction. Documents without the key are left out.</summary>
    public DocumentIndex<T>? Order { get; private init; }

    /// <summary>Whether the largest key comes first.</summary>
    public bool Descending { get; private init; }

    /// <summary>The number of matches that are skipped.</summary>
    public long Skip { get; private init; }

    /// <summary>The maximum number of documents that are returned.</summary>
    public int Take { get; private init; } = int.MaxValue;

    /// <summary>Matches only documents whose key equals one of the values.</summary>
    public Query<T> Where(DocumentIndex<T> index, params IEnumerable<string> anyOf) =>
        this with
        {
            Equalities = Equalities.Add((index, [.. anyOf.Distinct(StringComparer.Ordinal)])),
        };

    /// <summary>Matches only documents whose key is in the range; a null bound is unbounded.</summary>
    public Query<T> Between(DocumentIndex<T> index, DateTimeOffset? from, DateTimeOffset? before) =>
        from is null && before is null ? this : this with { Ranges = Ranges.Add((index, IndexKey.Of(from), IndexKey.Of(before))) };

    /// <summary>Matches only documents whose id begins with a text.</summary>
    public Query<T> WhereIdStartsWith(string prefix) => WhereAnyStartsWith((null, prefix));

    /// <summary>Matches only documents whose id (if the index is null) or key begins with the text of at least one pair.</summary>
    public Query<T> WhereAnyStartsWith(params IEnumerable<(DocumentIndex<T>? Index, string Prefix)> beginnings) =>
        this with
        {
            Prefixes = [.. beginnings],
        };

    /// <summary>Matches, besides those of <see cref="WhereAnyStartsWith"/>, also documents whose key equals one of the values.</summary>
    public Query<T> OrWhere(DocumentIndex<T> index, params IEnumerable<string> anyOf) =>
        this with
        {
            Alternatives = Alternatives.Add((index, [.. anyOf])),
        };

    /// <summary>
    /// Returns the same query with one bound instead of two where a range of the sort key and the position both exclude the first
    /// documents: a store would begin to read at one of them and skip everything up to the other.
    /// </summary>
    internal Query<T> WithoutRedundantBounds()
    {
        if (Position is not var (key, _) || Ranges.FirstOrDefault(range => range.Index == Order) is not { Index: not null } range)
        {
            return this;
        }

        var (bound, rest) = Descending ? (range.Before, range with { Before = null }) : (range.From, range with { From = null });
        if (bound is null)
        {
            return this;
        }

        var order = string.CompareOrdinal(key, bound);
        return (Descending ? order >= 0 : order < 0) ? this with { Position = null } : this with { Ranges = Ranges.Replace(range, rest) };
    }

    /// <summary>Returns a text that is greater, in the order of code points, than all texts that begin with the prefix.</summary>
    internal static string PrefixUpperBound(string prefix) => prefix + "\U0010FFFF";

    /// <summary>Matches only documents that come after a given document in the query's order, which must have been chosen.</summary>
    /// <param name="key">That document's value of the sort key.</param>
    public Query<T> After(string key, string id) => this with { Position = (key, id) };

    /// <summary>Counts only up to <paramref name="limit"/> matches.</summary>
    public Query<T> LimitCount(int limit) => this with { CountLimit = limit };

    /// <summary>Sorts by a key, the smallest first.</summary>
    public Query<T> Ascending(DocumentIndex<T> index) => this with { Order = index, Descending = false };

    /// <summary>Sorts by a key, the largest first.</summary>
    public Query<T> NewestFirst(DocumentIndex<T> index) => this with { Order = index, Descending = true };

    /// <summary>Returns only one page.</summary>
    /// <param name="page">The number of the page, from 1.</param>
    /// <param name="pageSize">The number of documents on a page, from 1.</param>
    public Query<T> Page(int page, int pageSize) => this with { Skip = (page - 1L) * pageSize, Take = pageSize };

    /// <summary>Returns at most <paramref name="count"/> documents, from the start of the page.</summary>
    public Query<T> Limit(int count) => this with { Take = count };

    /// <summary>Returns only the first <paramref name="count"/> documents.</summary>
    public Query<T> First(int count) => this with { Skip = 0, Take = count };
}
