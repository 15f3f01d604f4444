using System.Collections.Immutable;
using MariosPizzeria.Contracts;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>Which documents, in which order, which part of them. Immutable; every call gives a narrower query.</summary>
public sealed record Query<T>
    where T : class, IDocument
{
    /// <summary>All documents, ordered by id.</summary>
    public static readonly Query<T> All = new();

    /// <summary>Keys that must equal one of some values.</summary>
    public ImmutableArray<(Index<T> Index, ImmutableArray<string> AnyOf)> Equalities { get; private init; } = [];

    /// <summary>Keys that must lie in a range: from inclusive, before exclusive; null is open.</summary>
    public ImmutableArray<(Index<T> Index, string? From, string? Before)> Ranges { get; private init; } = [];

    /// <summary>What ids must begin with; empty for any.</summary>
    public string IdPrefix { get; private init; } = "";

    /// <summary>What the result is sorted by; ties, and no order, by id in the same direction. Documents without the key are left out.</summary>
    public Index<T>? Order { get; private init; }

    /// <summary>Whether the largest key comes first.</summary>
    public bool Descending { get; private init; }

    /// <summary>How many matches are passed over.</summary>
    public long Skip { get; private init; }

    /// <summary>How many are returned at most.</summary>
    public int Take { get; private init; } = int.MaxValue;

    /// <summary>Only those whose key equals one of the values.</summary>
    public Query<T> Where(Index<T> index, params IEnumerable<string> anyOf) =>
        this with
        {
            Equalities = Equalities.Add((index, [.. anyOf])),
        };

    /// <summary>Only those whose key lies in the range; a null bound is open.</summary>
    public Query<T> Between(Index<T> index, DateTimeOffset? from, DateTimeOffset? before) =>
        from is null && before is null ? this : this with { Ranges = Ranges.Add((index, IndexKey.Of(from), IndexKey.Of(before))) };

    /// <summary>Only those whose id begins with a text.</summary>
    public Query<T> WhereIdBegins(string prefix) => this with { IdPrefix = prefix };

    /// <summary>Where the ids end that begin with <see cref="IdPrefix"/>: the first text behind all of them.</summary>
    internal string AfterIdPrefix => $"{IdPrefix[..^1]}{(char)(IdPrefix[^1] + 1)}";

    /// <summary>Smallest key first.</summary>
    public Query<T> Ascending(Index<T> index) => this with { Order = index, Descending = false };

    /// <summary>Largest key first.</summary>
    public Query<T> NewestFirst(Index<T> index) => this with { Order = index, Descending = true };

    /// <summary>One page.</summary>
    /// <param name="page">From 1.</param>
    /// <param name="pageSize">From 1.</param>
    public Query<T> Page(int page, int pageSize) => this with { Skip = (page - 1L) * pageSize, Take = pageSize };

    /// <summary>The first so many.</summary>
    public Query<T> First(int count) => this with { Skip = 0, Take = count };
}
