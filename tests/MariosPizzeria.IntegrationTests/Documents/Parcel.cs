using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>A document with every kind of member that the product's documents have, in the same coding style.</summary>
public sealed class Parcel : IDocument
{
    private Parcel() { }

    public string Id { get; private set; } = "";

    public long Version { get; set; }

    public ParcelState State { get; private set; }

    public Money Value { get; private set; }

    public DateTimeOffset SentAt { get; private set; }

    public DateTimeOffset? ArrivedAt { get; private set; }

    public string? Receiver { get; private set; }

    public List<string> Log { get; private set; } = [];

    public List<OrderedLine> Contents { get; private set; } = [];

    public Dictionary<string, int> Weights { get; private set; } = new(StringComparer.Ordinal);

    public int Scans { get; private set; }

    /// <summary>The number of its place on the shelf, or null; no two parcels have the same.</summary>
    public string? Shelf { get; private set; }

    public static Parcel Sent(string id, DateTimeOffset at, string? receiver = null) =>
        new()
        {
            Id = id,
            State = ParcelState.OnItsWay,
            Value = new Money(1290),
            SentAt = at,
            Receiver = receiver,
            Log = ["packed", "Zürich \"Nord\" 🍕"],
            Contents = [new("1", "margherita", "Margherita", PizzaSize.Medium, [], ["basil"], 2, new(1689), new(3378))],
            Weights = new(StringComparer.Ordinal) { ["box"] = 3 },
        };

    /// <summary>Puts the parcel on the shelf; null takes it off.</summary>
    public Parcel On(string? shelf)
    {
        Shelf = shelf;
        return this;
    }

    /// <summary>Always allowed; raises one event.</summary>
    public IReadOnlyList<Event> Scan(string by)
    {
        Scans++;
        Log.Add(by);
        return
        [
            new KitchenPaused
            {
                Paused = true,
                Reason = by,
                KitchenVersion = Scans,
            },
        ];
    }

    /// <summary>Allowed once; raises one event.</summary>
    public Result<IReadOnlyList<Event>> Arrive(DateTimeOffset at)
    {
        if (State == ParcelState.HasArrived)
        {
            return Error.IllegalTransition("It has arrived already.");
        }

        (State, ArrivedAt) = (ParcelState.HasArrived, at);
        return new Event[]
        {
            new OrderReady
            {
                OrderId = Id,
                Chef = "chef",
                CookingStartedAt = at,
            },
        };
    }
}

public enum ParcelState
{
    Packed,
    OnItsWay,
    HasArrived,
}

public static class Parcels
{
    public static readonly DocumentIndex<Parcel> ByReceiver = new("receiver", parcel => parcel.Receiver);
    public static readonly DocumentIndex<Parcel> ByState = new("state", parcel => IndexKey.Of(parcel.State));
    public static readonly DocumentIndex<Parcel> BySentAt = new("sent_at", parcel => IndexKey.Of(parcel.SentAt));
    public static readonly DocumentIndex<Parcel> ByArrivedAt = new("arrived_at", parcel => IndexKey.Of(parcel.ArrivedAt));

    public static readonly Measure<Parcel> Value = new("value", parcel => parcel.Value.Cents);
    public static readonly Measure<Parcel> Travel = new(
        "travel",
        parcel => parcel.ArrivedAt is { } arrivedAt ? (long)(arrivedAt - parcel.SentAt).TotalSeconds : null
    );
    public static readonly Measure<Parcel> Scans = new("scans", parcel => parcel.Scans == 0 ? null : parcel.Scans);

    public static readonly DocumentIndex<Parcel> ByShelf = new("shelf", parcel => parcel.Shelf) { IsUnique = true };

    public static readonly DocumentType<Parcel> Type = new("parcels", ByReceiver, ByState, BySentAt, ByArrivedAt, ByShelf)
    {
        CompoundIndexes =
        [
            [ByReceiver, BySentAt],
        ],
        CoveringIndexes = [(ByReceiver, [ByState, BySentAt])],
        Measures = [Value, Travel, Scans],
        MeasuredAs = "measured_version_2",
        LineItems = PartsOf,
    };

    /// <summary>The document type of the same parcels in a release without measures.</summary>
    public static readonly DocumentType<Parcel> WithoutMeasures = new("parcels", ByReceiver, ByState, BySentAt, ByArrivedAt, ByShelf);

    /// <summary>The document type of the same parcels in a release with fewer measures.</summary>
    public static readonly DocumentType<Parcel> WithFewerMeasures = new("parcels", ByReceiver, ByState, BySentAt, ByArrivedAt, ByShelf)
    {
        Measures = [Value],
        LineItems = PartsOf,
    };

    private static IEnumerable<Part> PartsOf(Parcel parcel) =>
        parcel
            .Contents.GroupBy(line => line.PizzaId, StringComparer.Ordinal)
            .Select(lines => new Part(
                lines.Key,
                lines.First().Name,
                lines.Sum(line => line.Quantity),
                lines.Sum(line => line.LineTotal.Cents)
            ));
}
