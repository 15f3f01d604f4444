using MongoDB.Bson;
using MongoDB.Driver;

namespace MariosPizzeria.BuildingBlocks.Documents.Mongo;

/// <summary>Sums over the fields beside the documents, by aggregations on the server.</summary>
internal sealed class MongoMeasures<T>(IMongoDatabase database, DocumentType<T> type) : IMeasures<T>
    where T : class, IDocument
{
    private const int BatchSize = 500;

    private static readonly BsonDocument Read = new() { [Fields.Version] = 1, [Fields.Body] = 1 };

    // Matches documents that were stored by a release with no measures, or with other ones.
    private readonly BsonDocument _isUnmeasured = new(
        "$expr",
        new BsonDocument("$ne", new BsonArray { "$" + type.MeasuredAs, "$" + Fields.Version })
    );

    private readonly IMongoCollection<BsonDocument> _documents = database.GetCollection<BsonDocument>(type.Collection);

    public string Collection => type.Collection;

    /// <summary>Adds the measures and parts to the fields of a document that is about to be stored.</summary>
    /// <param name="fields">The fields to which they are added.</param>
    /// <param name="version">The version under which the document is stored.</param>
    public static void Add(BsonDocument fields, DocumentType<T> type, T document, long version)
    {
        if (type.Measures.Count == 0)
        {
            return;
        }

        fields[type.MeasuredAs] = version;
        foreach (var measure in type.Measures)
        {
            fields[Fields.Measure(measure.Name)] = measure.Of(document) is { } value ? value : BsonNull.Value;
        }

        if (type.LineItems is { } partsOf)
        {
            fields[Fields.Parts] = new BsonArray(
                partsOf(document)
                    .Select(part => new BsonDocument
                    {
                        ["key"] = part.Key,
                        ["label"] = part.Label,
                        ["count"] = part.Count,
                        ["amount"] = part.Amount,
                    })
            );
        }
    }

    public async Task<IReadOnlyList<SliceSums<T>>> SumSlicesAsync(
        DocumentIndex<T> by,
        IReadOnlyList<DateTimeOffset> bounds,
        CancellationToken cancellationToken
    )
    {
        var keys = bounds.Select(bound => IndexKey.Of(bound)!).ToList();
        var query = Query<T>.All.Between(by, bounds[0], bounds[^1]);
        var output = new BsonDocument("documents", new BsonDocument("$sum", 1));
        for (var n = 0; n < type.Measures.Count; n++)
        {
            output.AddRange(SumOf(type.Measures[n], string.Create(CultureInfo.InvariantCulture, $"{n}")));
        }

        // The boundaries of buckets must differ. Of several equal bounds, the last one is the start of the slice that can have documents.
        var buckets = keys.Distinct(StringComparer.Ordinal).ToList();
        var found =
            buckets.Count < 2
                ? []
                : await SumAsync(
                    query,
                    new BsonDocument(
                        "$bucket",
                        new BsonDocument
                        {
                            ["groupBy"] = "$" + Fields.Key(by.Name),
                            ["boundaries"] = new BsonArray(buckets),
                            ["output"] = output,
                        }
                    ),
                    cancellationToken
                );
        var slices = keys.Skip(1).Select(_ => new SliceSums<T>(type.Measures, 0, new Sum[type.Measures.Count])).ToArray();
        foreach (var bucket in found)
        {
            slices[keys.LastIndexOf(bucket["_id"].AsString)] = new(
                type.Measures,
                bucket["documents"].ToInt64(),
                [.. type.Measures.Select((_, n) => new Sum(bucket[$"count{n}"].ToInt64(), bucket[$"total{n}"].ToInt64()))]
            );
        }

        return slices;
    }

    public async Task<GroupSums> SumGroupsAsync(Query<T> query, Grouping<T> grouping, CancellationToken cancellationToken)
    {
        var group = new BsonDocument
        {
            ["_id"] = "$" + Fields.Key(grouping.By.Name),
            ["latest"] = new BsonDocument("$max", "$" + Fields.Key(grouping.Latest.Name)),
        };
        group.AddRange(SumOf(grouping.Of, ""));
        var largest = new BsonArray
        {
            new BsonDocument("$sort", new BsonDocument { ["total"] = -1, ["_id"] = 1 }),
            new BsonDocument("$limit", grouping.Most),
        };
        var all = new BsonArray
        {
            new BsonDocument(
                "$group",
                new BsonDocument
                {
                    ["_id"] = BsonNull.Value,
                    ["groups"] = new BsonDocument("$sum", 1),
                    ["repeated"] = new BsonDocument("$sum", One(new BsonDocument("$gt", new BsonArray { "$count", 1 }))),
                }
            ),
        };
        var found = await SumAsync(
            query,
            [
                new BsonDocument(
                    "$match",
                    new BsonDocument
                    {
                        [Fields.Key(grouping.By.Name)] = new BsonDocument("$ne", BsonNull.Value),
                        [Fields.Measure(grouping.Of.Name)] = new BsonDocument("$ne", BsonNull.Value),
                    }
                ),
                new BsonDocument("$group", group),
                new BsonDocument("$facet", new BsonDocument { ["largest"] = largest, ["all"] = all }),
            ],
            cancellationToken
        );
        var numbers = found[0]["all"].AsBsonArray.FirstOrDefault();
        return new(
            numbers?["groups"].ToInt64() ?? 0,
            numbers?["repeated"].ToInt64() ?? 0,
            [
                .. found[0]
                    ["largest"]
                    .AsBsonArray.Select(each => new Group(
                        each["_id"].AsString,
                        each["latest"] is BsonString latest ? latest.AsString : null,
                        new(each["count"].ToInt64(), each["total"].ToInt64())
                    )),
            ]
        );
    }

    public async Task<IReadOnlyList<PartSums>> SumPartsAsync(Query<T> query, CancellationToken cancellationToken)
    {
        var found = await SumAsync(
            query,
            [
                new BsonDocument("$unwind", "$" + Fields.Parts),
                new BsonDocument(
                    "$group",
                    new BsonDocument
                    {
                        ["_id"] = "$parts.key",
                        ["label"] = new BsonDocument("$max", "$parts.label"),
                        ["documents"] = new BsonDocument("$sum", 1),
                        ["count"] = new BsonDocument("$sum", "$parts.count"),
                        ["amount"] = new BsonDocument("$sum", "$parts.amount"),
                    }
                ),
                new BsonDocument("$sort", new BsonDocument("_id", 1)),
            ],
            cancellationToken
        );
        return found.ConvertAll(part => new PartSums(
            part["_id"].AsString,
            part["label"].AsString,
            part["documents"].ToInt64(),
            part["count"].ToInt64(),
            part["amount"].ToInt64()
        ));
    }

    public Task<int> MeasureAsync(CancellationToken cancellationToken) => MeasureAsync(Query<T>.All, cancellationToken);

    // In comparisons a field that is null or missing is less than every number.
    private static BsonDocument SumOf(Measure<T> measure, string suffix)
    {
        var field = "$" + Fields.Measure(measure.Name);
        return new()
        {
            ["count" + suffix] = new BsonDocument("$sum", One(new BsonDocument("$gt", new BsonArray { field, BsonNull.Value }))),
            ["total" + suffix] = new BsonDocument("$sum", field),
        };
    }

    private static BsonDocument One(BsonDocument where) => new("$cond", new BsonArray { where, 1, 0 });

    private Task<List<BsonDocument>> SumAsync(Query<T> query, BsonDocument stage, CancellationToken cancellationToken) =>
        SumAsync(query, [stage], cancellationToken);

    private async Task<List<BsonDocument>> SumAsync(Query<T> query, BsonDocument[] stages, CancellationToken cancellationToken)
    {
        await MeasureAsync(query, cancellationToken);
        BsonDocument[] pipeline = [new BsonDocument("$match", MongoRepository<T>.Matching(query)), .. stages];
        return await MongoErrors.TranslateAsync(async () =>
        {
            using var found = await _documents.AggregateAsync<BsonDocument>(pipeline, cancellationToken: cancellationToken);
            return await found.ToListAsync(cancellationToken);
        });
    }

    private async Task<int> MeasureAsync(Query<T> query, CancellationToken cancellationToken)
    {
        var (count, last) = (0, "");
        while (true)
        {
            var unmeasured = new BsonDocument(
                "$and",
                new BsonArray { MongoRepository<T>.Matching(query), _isUnmeasured, new BsonDocument("_id", new BsonDocument("$gt", last)) }
            );
            var batch = await MongoErrors.TranslateAsync(() =>
                _documents.Find(unmeasured).Sort(new BsonDocument("_id", 1)).Limit(BatchSize).Project(Read).ToListAsync(cancellationToken)
            );
            if (batch.Count == 0)
            {
                return count;
            }

            // As in a save, each document is only updated if its version is still the one that was read.
            var updates = batch.ConvertAll(stored =>
            {
                var document = MongoRepository<T>.Document(stored);
                var fields = new BsonDocument();
                foreach (var index in type.Indexes)
                {
                    fields[Fields.Key(index.Name)] = (BsonValue?)index.Key(document) ?? BsonNull.Value;
                }

                Add(fields, type, document, document.Version);
                return new UpdateOneModel<BsonDocument>(
                    new BsonDocument { ["_id"] = document.Id, [Fields.Version] = document.Version },
                    new BsonDocument("$set", fields)
                );
            });
            var written = await MongoErrors.TranslateAsync(() =>
                _documents.BulkWriteAsync(updates, new BulkWriteOptions { IsOrdered = false }, cancellationToken)
            );
            count += (int)written.ModifiedCount;
            last = batch[^1]["_id"].AsString;
        }
    }
}
